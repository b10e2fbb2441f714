"""What the routes are given: the use cases' Deps, the token's holder, and the parameters that lists share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Query, Request

from phasewise.core.model import Instant
from phasewise.usecases.deps import Deps
from phasewise.usecases.instants import parse_instant
from phasewise.usecases.paging import LIMIT, LIMIT_MOST, Paging, paging
from phasewise.web.visitors import Visiting


async def given_deps(request: Request, visitor: Visiting) -> Deps:
    """The Deps that the application was made with, with who asks."""
    deps: Deps = request.app.state.deps
    return replace(deps, asker=visitor.asker)


Given = Annotated[Deps, Depends(given_deps)]


async def given_as_of(
    as_of: Annotated[
        str | None,
        Query(description="RFC 3339 instant: answer as history stood then. Default now.", max_length=64),
    ] = None,
) -> Instant | None:
    return None if as_of is None else parse_instant(as_of, "as_of")


AsOf = Annotated[Instant | None, Depends(given_as_of)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a list, at which instant (None: now)."""

    as_of: Instant | None
    paging: Paging


def asked_of(name: str, shape: tuple[type, ...]) -> Callable[..., Awaitable[Asked]]:
    """The dependency that reads `limit`, `cursor` and `as_of` of one list. A page after the first is of the
    same instant as the first, unless another one is asked for."""

    async def asked(
        as_of: AsOf,
        limit: Annotated[int, Query(description=f"1 to {LIMIT_MOST}; more is cut.")] = LIMIT,
        cursor: Annotated[
            str | None, Query(description="`next` of the page before.", max_length=4000)
        ] = None,
    ) -> Asked:
        page = paging(name, shape, limit, cursor)
        return Asked(page.as_of if as_of is None else as_of, page)

    return asked
