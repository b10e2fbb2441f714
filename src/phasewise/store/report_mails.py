"""Mails of weekly reports that wait for a person: they failed, or may have arrived. For usecases/reports."""

from sqlalchemy import Connection, select

from phasewise.store.effect_pages import EffectRow
from phasewise.store.effects import EffectKind, EffectState
from phasewise.store.work_tables import effects

TROUBLED = (EffectState.FAILED, EffectState.UNKNOWN)
COLUMNS = [effects.c[name] for name in EffectRow.__dataclass_fields__]


def troubled_mails(connection: Connection, site_id: int, prefix: str, most: int) -> list[EffectRow]:
    """The mails whose key begins so that failed, or of which nobody knows; newest first."""
    c = effects.c
    which = (c.site_id == site_id, c.kind == EffectKind.MAIL, c.state.in_(TROUBLED))
    theirs = c.key.startswith(prefix, autoescape=True)
    statement = select(*COLUMNS).where(*which, theirs).order_by(c.created_at.desc(), c.key).limit(most)
    return [
        EffectRow(**{**row, "kind": EffectKind(row["kind"]), "state": EffectState(row["state"])})
        for row in connection.execute(statement).mappings()
    ]
