"""Answers in Jira's shapes: JSON, and errors as `errorMessages` and `errors`. All routes use these."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response

_INVALID = "Invalid request payload. Refer to the REST API documentation and try again."


class RefusedError(Exception):
    """A request Jira refuses: becomes its error document."""

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] = {},
    ) -> None:
        super().__init__(*messages)
        self.status = status
        self.messages = list(messages)
        self.errors = dict(errors or {})
        self.headers = dict(headers)

    def response(self) -> Response:
        body = {"errorMessages": self.messages, "errors": self.errors}
        return answer(body, self.status, self.headers)


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/json;charset=UTF-8",
    )


def nothing(status: int = 204) -> Response:
    return Response(status_code=status)


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request; 400 where it is not one."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise RefusedError(
            400, "There was an error parsing JSON. Check that your request body is valid."
        ) from None
    if not isinstance(found, dict):
        raise RefusedError(400, _INVALID)
    return found


def strings(asked: Mapping[str, Any], name: str) -> list[str]:
    """A list of names or ids of a body; 400 where it is not one."""
    found = asked.get(name) or []
    if not isinstance(found, list) or any(isinstance(one, dict | list) for one in found):
        raise RefusedError(400, _INVALID)
    return [str(one) for one in found]


def object_of(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object of a body, empty where it is left out; 400 where it is something else."""
    found = asked.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise RefusedError(400, _INVALID)
    return found


def objects_of(asked: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects of a body, likewise."""
    found = asked.get(name) or []
    if not isinstance(found, list) or any(not isinstance(one, dict) for one in found):
        raise RefusedError(400, _INVALID)
    return found


def properties_of(asked: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The entity properties of a body, each with its key."""
    found = objects_of(asked, "properties")
    if any(not isinstance(one.get("key"), str) or "value" not in one for one in found):
        raise RefusedError(400, _INVALID)
    return [(one["key"], one["value"]) for one in found]


def whole_number(text: str | int | None, default: int) -> int:
    """A number of the query string or a body; 400 where it is none."""
    if text is None or text == "":
        return default
    try:
        found = int(text)
    except (TypeError, ValueError):
        raise RefusedError(400, f"'{str(text)[:100]}' is not a number.") from None
    if abs(found) >= 1 << 31:
        raise RefusedError(400, f"'{str(text)[:100]}' is not a number of 32 bits.")
    return found


def flag(text: str | bool | None, default: bool) -> bool:
    return default if text is None else str(text).lower() == "true"


def page_of(values: list[Any], start: int, size: int, *, self_url: str) -> dict[str, Any]:
    """Jira's bean of a page: `values`, `startAt`, `maxResults`, `total`, `isLast`."""
    shown = values[start : start + size]
    is_last = start + len(shown) >= len(values)
    made: dict[str, Any] = {
        "self": self_url,
        "maxResults": size,
        "startAt": start,
        "total": len(values),
        "isLast": is_last,
        "values": shown,
    }
    if not is_last:
        made["nextPage"] = f"{self_url}?startAt={start + size}&maxResults={size}"
    return made
