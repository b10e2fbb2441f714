"""The table of projects: sorted by its heads, and as a file of what is shown."""

import csv
import io
import re

from tests.store.records import DOING, DONE, TODO, epic, moved, task
from tests.web.story import MODELING, Api, stamp, tell
from tests.web.test_pages import browse, page


def shown(api: Api, query: str) -> list[str]:
    return re.findall(r'id="project-(\d+)"', page(api, f"/?{query}"))


def test_projects_sort_by_name_weeks_and_state(api: Api) -> None:
    busy = task(31, moved(311, 2, TODO, DOING), **{**MODELING, "parent_id": 30})
    tell(api.deps, [epic(30, summary="A first one"), busy])
    assert shown(api, "sort=project") == ["30", "1", "10"]
    assert shown(api, "sort=-weeks") == ["1", "30", "10"]
    assert shown(api, "sort=-state")[0] == "10"
    assert browse(api, "/?sort=people").status_code == 422


def test_the_links_keep_the_filter_and_the_day(api: Api) -> None:
    html = page(api, f"/?show=attention&sort=project&as_of={stamp(9.5)}")
    assert "show=attention&amp;as_of=2026-03-11T12%3A00%3A00.000Z&amp;sort=-project" in html
    assert 'aria-sort="ascending"' in html


def test_a_file_has_the_rows_that_are_shown(api: Api) -> None:
    tell(api.deps, [epic(20, moved(201, 5, TODO, DONE), summary="=1+1")])
    rows = [*csv.DictReader(io.StringIO(browse(api, "/?format=csv&sort=project").text))]
    assert [row["key"] for row in rows] == ["ML-1", "ML-10"]
    assert (rows[0]["phase"], rows[0]["weeks"], rows[0]["people"]) == (
        "Research; Modeling",
        "2.6",
        "Ada; Bob",
    )
    assert "ML-3 active for 6 working days" in rows[0]["problems"]
    [done] = csv.DictReader(io.StringIO(browse(api, "/?format=csv&show=done").text))
    assert (done["project"], done["state"]) == ("'=1+1", "done")
