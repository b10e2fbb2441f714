"""The pages of the weekly report, put together for `app`."""

from fastapi import FastAPI

from phasewise.web import (
    report_account,
    report_archive,
    report_compare,
    report_draft,
    report_files,
    report_links,
    report_mailed,
    report_plan,
    report_reader,
    report_recipients,
    report_send,
    unsubscribe,
)


def add_reports(app: FastAPI) -> None:
    """The archive, the reports, who gets them and when; and the pages of whoever has a link.

    Those of fixed names come first: a team may be called like one of them.
    """
    for pages in (report_archive, report_recipients, report_links, report_plan, report_account):
        app.include_router(pages.router)
    for pages in (report_draft, report_send, report_compare, report_files):
        app.include_router(pages.router)
    for pages in (report_reader, report_mailed, unsubscribe):
        app.include_router(pages.router)
