"""An export is served back as it came: ids, keys, instants, history ids, every field."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.builders import Site, running

from phasewise.sandbox import catalogue
from phasewise.sandbox.load import load_world
from phasewise.sandbox.load_stream import ExportError
from phasewise.sandbox.model import Deployment
from phasewise.sandbox.world import World

OPTION = {
    "self": "https://x.example.com/rest/api/2/customFieldOption/10301",
    "value": "Modeling",
    "id": "10301",
}
ADA = {"accountId": "5b10", "displayName": "Ada", "active": True}
HISTORY = {
    "id": "500",
    "author": ADA,
    "created": "2026-03-03T10:00:00.000+0100",
    "items": [
        {
            "field": "status",
            "fieldtype": "jira",
            "fieldId": "status",
            "from": "77",
            "fromString": "Old status",
            "to": "3",
            "toString": "In Progress",
        },
        {
            "field": "Stage",
            "fieldtype": "custom",
            "fieldId": "customfield_10301",
            "from": "10300",
            "fromString": "Research",
            "to": "10301",
            "toString": "Modeling",
        },
    ],
}


def issue(**fields: Any) -> dict[str, Any]:
    """A Cloud issue, ABC-7 with id 4711, in progress."""
    given = {
        "summary": "Exported",
        "created": "2026-03-01T08:00:00.123+0100",
        "updated": "2026-03-05T08:00:00.000+0100",
        "project": {"id": "900", "key": "ABC", "name": "Abacus", "simplified": False},
        "issuetype": {"id": "5", "name": "Task", "subtask": False, "hierarchyLevel": 0},
        "status": {"id": "3", "name": "In Progress", "statusCategory": {"id": 4, "key": "indeterminate"}},
        "assignee": ADA,
        "customfield_10301": OPTION,
        "customfield_99": {"anything": ["at", "all"]},
        **fields,
    }
    return {"id": "4711", "key": "ABC-7", "fields": given, "changelog": {"histories": [HISTORY]}}


def loaded(tmp_path: Path, *issues: dict[str, Any], deployment: Deployment = "cloud") -> World:
    (tmp_path / "export.jsonl").write_text("\n".join(json.dumps(one) for one in issues), encoding="utf-8")
    return load_world(tmp_path / "export.jsonl", deployment)


def serving(world: World) -> Any:
    site = Site(world.deployment)
    site.world = world
    return running(site)


def test_every_field_is_served_back_as_given(tmp_path: Path) -> None:
    given = issue()
    with serving(loaded(tmp_path, given)) as jira:
        shown = jira.get("/rest/api/2/issue/ABC-7", expand="changelog").json()
        assert (shown["id"], shown["key"], shown["fields"]) == ("4711", "ABC-7", given["fields"])
        (history,) = shown["changelog"]["histories"]
        assert (history["id"], history["items"]) == ("500", HISTORY["items"])
        assert history["created"] == "2026-03-03T09:00:00.000+0000"
        assert history["author"] == ADA


def test_statuses_options_people_types_and_fields_are_taken_from_issues_and_histories(tmp_path: Path) -> None:
    """A status seen only in a history has no known category; a field is called as its items call it."""
    with serving(loaded(tmp_path, issue())) as jira:
        categories = {s["id"]: s["statusCategory"]["key"] for s in jira.get("status").json()}
        assert categories == {"77": "undefined", "3": "indeterminate"}
        stage = next(f for f in jira.get("field").json() if f["id"] == "customfield_10301")
        assert (stage["name"], stage["schema"]["type"]) == ("Stage", "option")
        options = jira.get("field/customfield_10301/context/10401/option").json()["values"]
        assert {o["id"]: o["value"] for o in options} == {"10300": "Research", "10301": "Modeling"}
        assert jira.get("user", accountId="5b10").json() == ADA
        assert jira.get("project/ABC").json()["name"] == "Abacus"
        assert jira.get("issuetype/5").json()["hierarchyLevel"] == 0


def test_an_export_can_be_searched(tmp_path: Path) -> None:
    with serving(loaded(tmp_path, issue())) as jira:
        jql = "project = ABC and status = 'In Progress' and cf[10301] = Modeling and assignee = 5b10"
        assert jira.search(jql).json()["issues"] == [{"id": "4711"}]
        assert jira.search("updated >= 1772697600001").json()["issues"] == []
        assert jira.search("updated >= 1772694000000").json()["issues"] == [{"id": "4711"}]


FORMS = ["lines", "array", "page", "pretty page", "page a line", "folder", "gzip"]


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_of_an_export(tmp_path: Path, form: str) -> None:
    issues = [{**issue(), "id": str(n), "key": f"ABC-{n}"} for n in range(1, 6)]
    page = {"startAt": 0, "total": 5, "issues": issues, "names": {"customfield_99": "Anything"}}
    path = tmp_path / "export.json"
    if form == "folder":
        path = tmp_path
        (tmp_path / "a.json").write_text(json.dumps(issues[:2]))
        (tmp_path / "deeper").mkdir()
        (tmp_path / "deeper" / "b.ndjson").write_text(json.dumps({**page, "issues": issues[2:]}))
    elif form == "gzip":
        path = tmp_path / "export.json.gz"
        path.write_bytes(gzip.compress(json.dumps(issues).encode()))
    else:
        path.write_text(
            {
                "lines": "\n".join(map(json.dumps, issues)),
                "array": json.dumps(issues, indent=2),
                "page": json.dumps(page),
                "pretty page": "\ufeff" + json.dumps(page, indent=4),
                "page a line": "\n".join(json.dumps({"issues": [one]}) for one in issues),
            }[form],
            encoding="utf-8",
        )
    world = load_world(path)
    assert sorted(world.issues) == [1, 2, 3, 4, 5]
    if "page" in form and form != "page a line":
        assert world.fields["customfield_99"].name == "Anything"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ""),
        ("[", "this is not JSON"),
        ('{"id": 1', "expected ','|this is not JSON|expected"),
        ('[{"id": "1"}]', "an id and a key"),
        ("42", "expected an issue"),
        ('{"id": "x", "key": "A-1"}', "issue 1"),
        ("[" * 100_000, "nested too deeply|this is not JSON|an id and a key"),
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(text)
    if not text:
        assert load_world(path).issues == {}
        return
    with pytest.raises(ExportError, match=message) as refused:
        load_world(path)
    assert str(path) in str(refused.value)


def test_a_path_that_is_not_there_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(ExportError):
            load_world(path)


def test_of_one_issue_given_twice_the_later_state_stays(tmp_path: Path) -> None:
    later = issue(summary="Later", updated="2026-03-06T08:00:00.000+0100")
    for order in ([issue(), later], [later, issue()]):
        assert loaded(tmp_path, *order).issues[4711].summary == "Later"


def test_former_keys_lead_to_the_issue(tmp_path: Path) -> None:
    given = issue()
    key = {
        "field": "Key",
        "fieldtype": "jira",
        "from": None,
        "fromString": "OLD-1",
        "to": None,
        "toString": "ABC-7",
    }
    given["changelog"] = {"histories": [{**HISTORY, "items": [key]}]}
    with serving(loaded(tmp_path, given)) as jira:
        assert jira.get("issue/OLD-1").json()["key"] == "ABC-7"
        assert jira.search("key = OLD-1").json()["issues"] == [{"id": "4711"}]


def test_epoch_instants_and_histories_without_items_are_kept(tmp_path: Path) -> None:
    given = issue()
    given["changelog"] = {"histories": [{"id": "9", "created": 1_772_445_600_000, "items": []}]}
    with serving(loaded(tmp_path, given)) as jira:
        (log,) = jira.post("changelog/bulkfetch", {"issueIdsOrKeys": ["4711"]}).json()["issueChangeLogs"]
        assert log["changeHistories"] == [{"id": "9", "created": 1_772_445_600_000, "items": []}]


def test_histories_without_an_id_are_told_without_one_in_their_order(tmp_path: Path) -> None:
    given = issue()
    nameless = {name: value for name, value in HISTORY.items() if name != "id"}
    moves = [{**HISTORY["items"][0], "from": str(n), "to": str(n + 1)} for n in range(3)]
    given["changelog"] = {"histories": [{**nameless, "items": [move]} for move in moves]}
    with serving(loaded(tmp_path, given)) as jira:
        (log,) = jira.post("changelog/bulkfetch", {"issueIdsOrKeys": ["4711"]}).json()["issueChangeLogs"]
        told = log["changeHistories"]
        assert [one["items"][0]["from"] for one in told] == ["0", "1", "2"]
        assert not any("id" in one for one in told)


def test_a_later_edit_shows_over_what_was_given(tmp_path: Path) -> None:
    world = loaded(tmp_path, issue())
    world.edit(world.now(), world.service_user, 4711, {"status": "77", "summary": "Edited", "assignee": None})
    with serving(world) as jira:
        fields = jira.get("issue/ABC-7").json()["fields"]
        assert (fields["status"]["name"], fields["summary"], fields["assignee"]) == (
            "Old status",
            "Edited",
            None,
        )
        assert fields["customfield_10301"] == OPTION
        assert fields["created"] == "2026-03-01T08:00:00.123+0100"
        assert fields["updated"] != "2026-03-05T08:00:00.000+0100"


def dc_issue(number: int, kind: str, **fields: Any) -> dict[str, Any]:
    """A Data Center issue: no level, no field ids in its history, people by key."""
    given = issue(issuetype={"id": kind, "name": f"Type {kind}", "subtask": False}, **fields)
    given["fields"]["assignee"] = {"key": "JIRAUSER1", "name": "ada", "displayName": "Ada"}
    items = [{k: v for k, v in item.items() if k != "fieldId"} for item in HISTORY["items"]]
    given["changelog"] = {"histories": [{**HISTORY, "id": str(number), "items": items}]}
    return {**given, "id": str(number), "key": f"ABC-{number}"}


def test_a_flag_that_nobody_has_set_now_is_known_by_its_history(tmp_path: Path) -> None:
    """Items of Data Center name no id: the one list of options without a field is the one field without."""
    given = dc_issue(1, "8", customfield_10021=None)
    flagged = {"field": "Flagged", "fieldtype": "custom", "from": "", "fromString": "", "to": "[10019]"}
    given["changelog"]["histories"][0]["items"].append({**flagged, "toString": "Impediment"})
    world = loaded(tmp_path, given, deployment="datacenter")
    with serving(world) as jira:
        fields = {field["id"]: field for field in jira.get("field").json()}
        assert fields["customfield_10021"]["name"] == "Flagged"
        assert fields["customfield_10021"]["schema"]["custom"].endswith("multicheckboxes")


def test_an_item_with_the_id_of_a_custom_field_is_of_one_whatever_else_it_lacks(tmp_path: Path) -> None:
    items = [
        {k: v for k, v in item.items() if k != "fieldtype"}
        for item in HISTORY["items"]
        if item["fieldId"] == "customfield_10301"
    ]
    given = issue()
    given["changelog"] = {"histories": [{**HISTORY, "items": items}]}
    world = loaded(tmp_path, given)
    [change] = world.issues[4711].changes
    assert change.shape is not None
    assert change.shape.fieldtype == "custom"


def test_an_export_of_data_center_has_its_epics_found(tmp_path: Path) -> None:
    """The link is the field that holds keys of issues; the epic's own text field is its name."""
    epic = dc_issue(1, "7", customfield_11="Churn")
    task = dc_issue(2, "8", customfield_12="ABC-1")
    world = loaded(tmp_path, epic, task, deployment="datacenter")
    assert world.issues[2].parent == 1
    with serving(world) as jira:
        schemas = {
            field["id"]: field["schema"]["custom"] for field in jira.get("field").json() if field["custom"]
        }
        assert schemas["customfield_12"] == catalogue.GREENHOPPER + "gh-epic-link"
        assert schemas["customfield_11"] == catalogue.GREENHOPPER + "gh-epic-label"
        names = {field["id"]: field["name"] for field in jira.get("field").json()}
        assert names["customfield_10301"] == "Stage"
        assert jira.search("cf[12] = ABC-1").json()["issues"][0]["key"] == "ABC-2"
        assert [e["key"] for e in jira.get("/rest/agile/1.0/board/1/epic").json()["values"]] == ["ABC-1"]
        assert jira.get("user", key="JIRAUSER1").json()["displayName"] == "Ada"


def test_what_a_sandbox_tells_of_itself_can_be_loaded_again(tmp_path: Path) -> None:
    site = Site()
    epic = site.epic()
    for n in range(5):
        site.edit(
            site.task(f"Task {n}", parent=epic, flagged=n == 2),
            status=catalogue.DONE,
            phase=catalogue.MODELING,
        )
    with running(site) as jira:
        told = jira.get("/_sandbox/issues").text
    (tmp_path / "dump.jsonl").write_text(told, encoding="utf-8")
    with serving(load_world(tmp_path)) as again:
        assert sorted(again.get("/_sandbox/issues").text.splitlines()) == sorted(told.splitlines())


def test_hostile_text_is_kept_as_far_as_json_can_carry_it(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(json.dumps(issue(summary="a\u0000b\ud800c")))
    with serving(load_world(tmp_path)) as jira:
        assert jira.get("issue/ABC-7").json()["fields"]["summary"] == "a\u0000b?c"


def test_streaming_holds_one_issue_at_a_time(tmp_path: Path) -> None:
    """A page of many megabytes is read through a small window."""
    from phasewise.sandbox.load_stream import issues_in

    padding = "x" * 50_000
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"issues": [issue(description=padding, summary=str(n)) for n in range(100)]}))
    stream = issues_in(path, [])
    assert [one["fields"]["summary"] for one in stream] == [str(n) for n in range(100)]


def test_a_parent_of_which_only_the_key_is_given_is_found(tmp_path: Path) -> None:
    epic = {**issue(), "id": "1", "key": "ABC-1"}
    world = loaded(tmp_path, issue(parent={"key": "ABC-1"}), epic)
    assert world.issues[4711].parent == 1


def test_a_subtask_is_listed_on_its_parent_though_only_itself_says_so(tmp_path: Path) -> None:
    child = issue(parent={"id": "1", "key": "ABC-1"})
    child["fields"]["issuetype"] = {"id": "9", "name": "Sub-task", "subtask": True, "hierarchyLevel": -1}
    with serving(loaded(tmp_path, {**issue(), "id": "1", "key": "ABC-1"}, child)) as jira:
        fields = jira.get("issue/ABC-1", fields="subtasks").json()["fields"]
        assert [one["id"] for one in fields["subtasks"]] == ["4711"]


def test_a_history_that_did_not_come_whole_says_so(tmp_path: Path) -> None:
    given = dc_issue(1, "7")
    given["changelog"]["total"] = 41
    with serving(loaded(tmp_path, given, deployment="datacenter")) as jira:
        log = jira.get("issue/ABC-1", expand="changelog").json()["changelog"]
        assert (log["total"], len(log["histories"])) == (41, 1)


def test_a_history_given_twice_is_whole(tmp_path: Path) -> None:
    given = dc_issue(1, "7")
    histories = given["changelog"]["histories"]
    given["changelog"] |= {"histories": histories * 2, "total": len(histories) * 2}
    with serving(loaded(tmp_path, given, deployment="datacenter")) as jira:
        log = jira.get("issue/ABC-1", expand="changelog").json()["changelog"]
        assert (log["total"], len(log["histories"])) == (len(histories), len(histories))


def test_of_two_fields_that_hold_keys_the_one_that_names_issues_is_the_link(tmp_path: Path) -> None:
    epic = dc_issue(1, "7", customfield_13="ZZZ-1")
    tasks = [dc_issue(n, "8", customfield_12="ABC-1", customfield_13=f"ZZZ-{n}") for n in (2, 3)]
    world = loaded(tmp_path, epic, *tasks, deployment="datacenter")
    assert world.epic_link is world.fields["customfield_12"]
    assert world.fields["customfield_13"].schema["type"] == "string"


def test_any_given_field_can_be_searched_for_being_empty(tmp_path: Path) -> None:
    named, other = dc_issue(1, "7", customfield_11="Churn"), dc_issue(2, "8", customfield_11=None)
    world = loaded(tmp_path, named, other, deployment="datacenter")
    with serving(world) as jira:
        for jql, key in (
            ("cf[11] is not EMPTY", "ABC-1"),
            ("cf[11] = Churn", "ABC-1"),
            ("cf[11] is EMPTY", "ABC-2"),
        ):
            assert [one["key"] for one in jira.search(jql).json()["issues"]] == [key]
