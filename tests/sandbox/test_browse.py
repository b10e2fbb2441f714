"""The page a link to an issue leads to."""

from tests.sandbox.builders import Site, running

from phasewise.sandbox import catalogue


def test_an_issue_has_a_page_with_its_history() -> None:
    site = Site()
    task = site.task("Try <b>boosting</b>", parent=site.epic(), phase=catalogue.MODELING, assignee=site.ada)
    site.edit(task, status=catalogue.IN_PROGRESS)
    site.world.comment(site.clock(), site.ada, task, "Looks <i>good</i>")
    with running(site) as jira:
        page = jira.http.get("/browse/ML-2")
        assert page.headers["content-type"].startswith("text/html")
        for text in (
            "Try &lt;b&gt;boosting",
            "Modeling",
            "Ada Lovelace",
            "ML-1 Churn model",
            "To Do",
            "Looks &lt;i&gt;",
        ):
            assert text in page.text


def test_what_is_not_there_has_a_page_too() -> None:
    with running(Site()) as jira:
        assert jira.http.get("/browse/ML-2").status_code == 404
        assert "Machine Learning" in jira.http.get("/").text
