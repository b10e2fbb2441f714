"""The processes that work on a database, each by its lease, and what the dead leave. `worker.node` calls it.

A lease is measured by the database's own clock (`clock`). An SQLite file has one node.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, select, text, update

from phasewise.core.model import Instant
from phasewise.store.work_tables import deliveries, effects, nodes


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One process that works; `kind` is serve, web or worker."""

    node_id: str
    kind: str
    host: str
    pid: int
    started_at: Instant
    lease_until: Instant


def add(connection: Connection, site_id: int, node: NodeRow) -> None:
    """Take a lease."""
    connection.execute(nodes.insert().values(site_id=site_id, **asdict(node)))


def renew(connection: Connection, site_id: int, node_id: str, until: Instant) -> bool:
    """Extend a lease; False if it is lost: somebody took this node for dead."""
    mine = (nodes.c.site_id == site_id, nodes.c.node_id == node_id)
    return connection.execute(update(nodes).where(*mine).values(lease_until=until)).rowcount > 0


def remove(connection: Connection, site_id: int, node_id: str) -> None:
    """Give a lease back."""
    connection.execute(delete(nodes).where(nodes.c.site_id == site_id, nodes.c.node_id == node_id))


def remove_dead(connection: Connection, site_id: int, now: Instant, but: str) -> list[str]:
    """Take their leases from the nodes whose time ran out; their ids. Whoever does it replaces them.

    On SQLite that is every other one: a file has one node, and it is `but`.
    """
    over = nodes.c.lease_until < now if connection.dialect.name == "postgresql" else nodes.c.node_id != but
    dead = (nodes.c.site_id == site_id, nodes.c.node_id != but, over)
    for node_id in connection.scalars(select(nodes.c.node_id).where(*dead)).all():
        _end_sessions(connection, node_id)  # first: a frozen one may hold its own row
    return list(connection.scalars(delete(nodes).where(*dead).returning(nodes.c.node_id)))


def working(connection: Connection, site_id: int) -> list[NodeRow]:
    """Every node that has a lease, in the order of their starts."""
    columns = [column for column in nodes.c if column.name != "site_id"]
    rows = select(*columns).where(nodes.c.site_id == site_id).order_by(nodes.c.started_at, nodes.c.node_id)
    return [NodeRow(*row) for row in connection.execute(rows)]


def is_alive(connection: Connection, site_id: int, kind: str, host: str, now: Instant) -> bool:
    """Whether a node of this kind works at this host: it has a lease that has not run out."""
    these = (nodes.c.site_id == site_id, nodes.c.kind == kind, nodes.c.host == host)
    return connection.scalar(select(nodes.c.node_id).where(*these, nodes.c.lease_until >= now)) is not None


def end_claims(connection: Connection, site_id: int, alive: Collection[str]) -> None:
    """Let every claim of a node that is not `alive` have run out by now."""
    for table in (deliveries, effects):
        claim = (table.c.claimed_by.is_not(None), table.c.claimed_by.not_in(alive), table.c.claimed_until > 0)
        connection.execute(update(table).where(table.c.site_id == site_id, *claim).values(claimed_until=0))


def _end_sessions(connection: Connection, node_id: str) -> None:
    """Cut the connections of a node that is taken for dead. One that is only frozen would go on holding its
    locks, and might finish a transaction when it wakes."""
    if connection.dialect.name == "postgresql":
        ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :node"
        connection.execute(text(ours + " AND usename = current_user"), {"node": node_id})
