"""`phasewise replay`: deliveries that are stored are processed again, all that failed or one by its id."""

from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import claims
from phasewise.usecases.deps import Deps


def replay_delivery(deps: Deps, delivery_id: str) -> int:
    """Set the delivery pending again, whatever became of it. NotFoundError where there is none."""
    with deps.database.write() as connection:
        if not claims.replay_one(connection, deps.site_id, delivery_id, deps.now()):
            raise NotFoundError(
                _(
                    "There is no delivery %(id)s: /api/v1/deliveries lists those that are kept",
                    id=repr(delivery_id[:80]),
                )
            )
    return 1


def replay_failed(deps: Deps) -> int:
    """Set every delivery that was set aside pending again; how many those are."""
    with deps.database.write() as connection:
        return claims.replay_failed(connection, deps.site_id, deps.now())
