"""The pages of the weekly report, put together for `app`."""

from fastapi import FastAPI

from phasewise.web import report_links, report_plan, report_recipients, unsubscribe


def add_reports(app: FastAPI) -> None:
    """The archive, the reports, who gets them and when; and the pages of whoever has a link."""
    for pages in (report_recipients, report_links, report_plan, unsubscribe):
        app.include_router(pages.router)
