"""From Jira's JSON to records: tolerant of all that is known to come, one issue at a time."""

from typing import Any

import pytest
from tests.jira.raw import (
    CLOUD,
    DATA_CENTER,
    EPIC_LABEL,
    EPIC_LINK,
    FLAG,
    PHASE,
    history,
    issue,
    item,
    raw,
    recorded,
)

from phasewise.core.model import Kind
from phasewise.jira.reading import RawIssue
from phasewise.jira.translate import UnreadableIssueError, issue_record, subtask_ids

NINE = 1_772_438_400_000  # 2026-03-02T09:00:00+01:00


def test_a_cloud_task_is_read_with_all_that_matters() -> None:
    record = issue_record(
        raw(
            parent={"id": "10009", "key": "ML-9"},
            timeoriginalestimate=28_800,
            **{PHASE: {"id": "10103", "value": "Modeling"}, FLAG: [{"id": "10019"}]},
        ),
        CLOUD,
    )
    assert (record.id, record.key, record.kind, record.parent_id) == (10001, "ML-1", Kind.TASK, 10009)
    assert (record.status_id, record.status_category) == ("3", "indeterminate")
    assert (record.phase_option, record.phase_option_name, record.flagged) == ("10103", "Modeling", True)
    assert (record.assignee, record.assignee_name) == ("5b10", "Ada")
    assert (record.created, record.estimate_seconds) == (NINE, 28_800)


@pytest.mark.parametrize(
    ("level", "kind"), [(1, Kind.PROJECT), (0, Kind.TASK), (-1, Kind.SUBTASK), (2, Kind.OTHER)]
)
def test_the_level_of_the_type_decides_and_not_its_name(level: int, kind: Kind) -> None:
    named_epic = {"id": "1", "name": "Epic", "subtask": False, "hierarchyLevel": level}
    assert issue_record(raw(issuetype=named_epic), CLOUD).kind is kind


def test_on_data_center_an_epic_name_makes_an_epic_and_the_link_a_parent_key() -> None:
    plain = {"id": "10000", "name": "Whatever", "subtask": False}
    assert issue_record(raw(issuetype=plain, **{EPIC_LABEL: "Ranking"}), DATA_CENTER).kind is Kind.PROJECT
    record = issue_record(raw(issuetype=plain, **{EPIC_LINK: "ML-9"}), DATA_CENTER)
    assert (record.kind, record.parent_id, record.parent_key) == (Kind.TASK, None, "ML-9")


def test_clouds_deprecated_epic_link_is_not_asked() -> None:
    assert issue_record(raw(**{EPIC_LINK: "ML-9"}), CLOUD).parent_key is None


@pytest.mark.parametrize(
    "created",
    [
        NINE,
        "2026-03-02T09:00:00.000+0100",
        "2026-03-02T09:00:00.000+01:00",
        "2026-03-02T08:00:00.000Z",
        "2026-03-02T08:00:00",
        str(NINE),
    ],
)
def test_x10_every_form_of_a_date_is_the_same_instant(created: Any) -> None:
    assert issue_record(raw(created=created), CLOUD).created == NINE
    told = issue_record(raw(None, history(1, item("status", "1", "3"), created=created)), CLOUD)
    assert told.history[0].at == NINE


def test_x10_a_date_alone_is_its_midnight_in_utc() -> None:
    assert issue_record(raw(created="2026-03-02"), CLOUD).created == NINE - 8 * 3_600_000


@pytest.mark.parametrize(
    "created", ["0001-01-01T00:00:00+1400", "9999-12-31T23:59:59-1400", "soon", None, True, 1e300, [], -1]
)
def test_x10_what_is_no_date_sets_that_issue_aside_with_its_reason(created: Any) -> None:
    with pytest.raises(UnreadableIssueError, match="date") as aside:
        issue_record(raw(created=created), CLOUD)
    assert aside.value.reference == "10001"


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        ({"id": "10001", "key": "ML-1"}, "without fields"),
        ({"id": "10001", "key": "ML-1", "fields": None}, "without fields"),
        ({"id": "10001", "fields": {}}, "no key"),
        ({**issue(), "id": "9" * 30}, "64 bits"),
        ({**issue(), "id": 2**63}, "64 bits"),
        ({**issue(), "id": 1.5}, "whole number"),
        (issue(status=None), "no status"),
        (issue(issuetype={}), "no issue type"),
        (issue(created=None), "the issue has no date of creation"),
        (issue(timeoriginalestimate=2**64), "64 bits"),
        (issue(updated={}), "date"),
    ],
)
def test_what_cannot_be_an_issue_is_set_aside(spoiled: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableIssueError, match=reason):
        issue_record(raw(spoiled), CLOUD)


def test_x7_nobody_and_deleted_people_are_no_error() -> None:
    assert issue_record(raw(assignee=None), CLOUD).assignee is None
    anonymous = {"accountId": "unknown:ab-cd", "displayName": None, "emailAddress": ""}
    record = issue_record(raw(assignee=anonymous), CLOUD)
    assert (record.assignee, record.assignee_name) == ("unknown:ab-cd", None)


def test_w11_histories_without_author_items_or_fields_are_no_error() -> None:
    odd: list[Any] = [
        None,
        {},
        history(1, author=None),
        {"id": "2", "created": NINE, "items": None},
        {"id": "3", "created": NINE, "items": [None, {}, item("status", None, "3")]},
        history(4, {"field": None, "fieldId": None, "to": "x"}),
    ]
    record = issue_record(RawIssue(issue(), odd, True), CLOUD)
    assert [(entry.history_id, entry.item, entry.author) for entry in record.history] == [(3, 2, None)]


@pytest.mark.parametrize("name", ["Sprint", "Fix Version", "Version"])
def test_x8_a_history_of_a_sprint_or_version_that_is_gone_is_no_error(name: str) -> None:
    gone = history(6, item(name, "17", None), item("status", "1", "3"), item(name, None, "18", toString=None))
    record = issue_record(raw(None, gone), CLOUD)
    assert [(entry.field, entry.after) for entry in record.history if entry.field == "status"] == [
        ("status", "3")
    ]


def test_p13_a_history_on_two_pages_counts_once() -> None:
    twice = history(5, item("status", "1", "3"))
    assert len(issue_record(raw(None, twice, twice), CLOUD).history) == 1


def test_a_history_without_an_id_keeps_the_same_one_at_every_read() -> None:
    nameless = history(1, item("status", "1", "3"), id=None)
    first, second = (issue_record(raw(None, nameless, nameless), CLOUD).history for _ in range(2))
    assert first == second
    assert len({entry.history_id for entry in first}) == 2
    assert all(entry.history_id < 0 for entry in first)


def test_histories_of_one_instant_without_ids_follow_each_other_as_they_come() -> None:
    told = [history(1, item("status", str(n), str(n + 1)), id=None) for n in range(3)]
    read = issue_record(raw(None, *told), CLOUD).history
    in_order = sorted(read, key=lambda entry: (entry.at, entry.history_id))
    assert [entry.after for entry in in_order] == ["1", "2", "3"]


def test_a_parent_change_has_no_field_id() -> None:
    record = issue_record(raw(None, history(1, item("IssueParentAssociation", "1", "2"))), CLOUD)
    assert (record.history[0].field, record.history[0].after) == ("IssueParentAssociation", "2")


def test_data_centers_names_become_field_ids() -> None:
    told = history(
        1,
        item("Phase", None, "10101", fieldtype="custom"),
        item("Flagged", None, "[10019]", fieldtype="custom"),
        item("status", "1", "3"),
        item("Former name", "10102", None, fieldtype="custom"),
        item("Other", "1", None, fieldtype="custom"),
    )
    fields = [entry.field for entry in issue_record(raw(None, told), DATA_CENTER).history]
    assert fields == [PHASE, FLAG, "status", PHASE, "Other"]


def test_a_custom_field_called_like_one_of_jiras_own_is_not_taken_for_it() -> None:
    names = ("Status", "assignee", "Key", "Parent", "Fix Version", "Labels")
    told = history(
        1,
        item("status", "1", "3"),
        *(item(name, "10600", "10601", fieldtype="custom") for name in names),
        item("Epic Link", None, "42", fieldtype="custom"),
    )
    read = issue_record(raw(None, told), DATA_CENTER).history
    assert [(entry.field, entry.after) for entry in read] == [("status", "3"), (EPIC_LINK, "42")]


def test_w19_characters_that_databases_refuse_are_replaced() -> None:
    record = issue_record(
        raw(summary="a\x00b\ud800c\udfff😀", status={"id": "3\x00", "name": "\udc00"}), CLOUD
    )
    assert record.summary == "a\ufffdb\ufffdc\ufffd😀"
    assert (record.status_id, record.status_name) == ("3\ufffd", "\ufffd")
    record.summary.encode()


def test_long_texts_are_cut_to_their_columns() -> None:
    told = history(1, item("description", "f" * 9000, "t" * 9000, fromString="x" * 9000, toString="y" * 300))
    record = issue_record(raw(None, told, summary="s" * 100_000), CLOUD)
    entry = record.history[0]
    cut = (entry.before, entry.after, entry.before_text, entry.after_text)
    assert [len(text or "") for text in cut] == [255] * 4
    assert len(record.summary) == 1000


def test_a_phase_of_several_takes_the_first_and_text_is_no_option() -> None:
    several = [{"id": "10101", "value": "Research"}, {"id": "10102", "value": "EDA"}]
    assert issue_record(raw(**{PHASE: several}), CLOUD).phase_option == "10101"
    assert issue_record(raw(**{PHASE: "Research"}), CLOUD).phase_option is None
    assert issue_record(raw(**{PHASE: []}), CLOUD).phase_option is None


def test_an_unknown_category_is_undefined() -> None:
    status = {"id": "7", "name": "?", "statusCategory": {"key": "brand-new"}}
    assert issue_record(raw(status=status), CLOUD).status_category == "undefined"


def test_a_day_of_seven_hours_is_a_day() -> None:
    fields = type(CLOUD)(hours_per_day=7.0)
    assert issue_record(raw(timeoriginalestimate=5 * 7 * 3600), fields).estimate_seconds == 5 * 8 * 3600


def test_sub_tasks_are_named_by_id() -> None:
    listed = [{"id": "10002"}, {"id": "x"}, None, {"key": "ML-3"}]
    assert subtask_ids(raw(subtasks=listed)) == [10002]
    assert subtask_ids(raw(subtasks=None)) == []


@pytest.mark.parametrize("name", ["issue_data_center", "issue_old_server"])
def test_recorded_issues_are_read(name: str) -> None:
    sent = recorded(name)
    record = issue_record(raw(sent), DATA_CENTER)
    assert (record.id, record.key) == (int(sent["id"]), sent["key"])
    assert record.kind is Kind.TASK
    assert record.assignee in ("Barbara Liskov", None)


@pytest.mark.parametrize("name", ["issue_and_changelog_status", "issue_and_changelog_custom_field"])
def test_recorded_changelogs_are_read(name: str) -> None:
    sent = recorded(name)
    told = {**sent["changelog"], "created": sent["timestamp"], "author": sent["user"]}
    record = issue_record(raw(sent["issue"], told), DATA_CENTER)
    entry = record.history[0]
    assert (entry.history_id, entry.at) == (int(sent["changelog"]["id"]), sent["timestamp"])
    assert entry.author == sent["user"]["key"]
