"""Every table in one metadata: for migrations, backups and erasing, which must miss none."""

from phasewise.store import (
    account_tables,
    record_tables,
    report_tables,
    review_tables,
    tables,
    work_tables,
)

metadata = tables.metadata

MODULES = (tables, work_tables, record_tables, account_tables, report_tables, review_tables)
"""Where the tables are declared: naming a module here is what makes its tables known."""
