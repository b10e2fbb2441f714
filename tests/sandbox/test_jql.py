"""JQL is parsed for real: what is understood works, what is not is refused, nothing is ignored."""

import pytest
from tests.sandbox.builders import DAY, START, Site

from phasewise.sandbox import catalogue
from phasewise.sandbox.jql_text import JqlError, parse
from phasewise.sandbox.times import iso

HOUR = 3_600_000


def cast() -> tuple[Site, dict[str, int]]:
    """Three tasks of an epic, a sub-task, and one elsewhere."""
    site = Site()
    epic = site.epic("Churn")
    made = {
        "epic": epic,
        "modeling": site.task("Gradient boosting", parent=epic, phase=catalogue.MODELING, labels=["Deep"]),
        "flagged": site.task("Wait for data", parent=epic, assignee=site.ada, flagged=True),
        "done": site.task(
            "Read papers", assignee=site.grace, phase=catalogue.RESEARCH, description="Forests"
        ),
        "elsewhere": site.task("Growth", space="DS", due="2026-03-10"),
    }
    made["subtask"] = site.subtask(made["modeling"])
    site.edit(made["modeling"], 1, status=catalogue.IN_PROGRESS)
    site.edit(made["done"], 2, status=catalogue.DONE)
    return site, made


def names(jql: str) -> set[str]:
    """The cast members a query finds; the clock stands 30 days after START."""
    site, made = cast()
    by_id = {id: name for name, id in made.items()}
    return {by_id[id] for id in site.found(jql)}


ALL = {"epic", "modeling", "flagged", "done", "elsewhere", "subtask"}


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("", ALL),
        ("project = DS", {"elsewhere"}),
        ('project = "Data Science"', {"elsewhere"}),
        ("project in (ds, 10000)", ALL),
        ("project != ML", {"elsewhere"}),
        ("project not in (ML)", {"elsewhere"}),
        ("issuetype = Epic", {"epic"}),
        ("type in (Epic, Sub-task)", {"epic", "subtask"}),
        ("issuetype in subTaskIssueTypes()", {"subtask"}),
        ("issuetype not in standardIssueTypes()", {"subtask"}),
        ("parent = ML-1", {"modeling", "flagged"}),
        ("parent in (ML-1, 10002)", {"modeling", "flagged", "subtask"}),
        ("parent is EMPTY and project = ML", {"epic", "done"}),
        ("parent is not empty", {"modeling", "flagged", "subtask"}),
        ('"Epic Link" = ML-1', {"modeling", "flagged"}),
        ("cf[10014] = ml-1", {"modeling", "flagged"}),
        ("cf[10048] = Modeling", {"modeling"}),
        ("cf[10048] in (10101, 10103)", {"modeling", "done"}),
        ("Phase = Research", {"done"}),
        ("phase is not EMPTY", {"modeling", "done"}),
        ("cf[10048] != Modeling", {"done"}),
        ("Flagged = Impediment", {"flagged"}),
        ("cf[10021] is not empty", {"flagged"}),
        ("key = ML-2", {"modeling"}),
        ("key in (ML-2, ML-3)", {"modeling", "flagged"}),
        ("id = 10001", {"epic"}),
        ("issue not in (ML-1, DS-1)", ALL - {"epic", "elsewhere"}),
        ("key >= ML-4", {"done", "subtask"}),
        ("status = Done", {"done"}),
        ('status in ("In Progress", 10002)', {"modeling", "done"}),
        ("statusCategory = Done", {"done"}),
        ("statusCategory != new", {"modeling", "done"}),
        ('statusCategory = "In Progress"', {"modeling"}),
        ("assignee = 5f0000000000000000002712", {"flagged"}),
        ('assignee = "ada@example.com"', {"flagged"}),
        ("assignee is EMPTY", ALL - {"flagged", "done"}),
        ("assignee in (empty, grace.hopper)", ALL - {"flagged"}),
        ("assignee = currentUser()", set()),
        ("labels = deep", {"modeling"}),
        ("labels is EMPTY", ALL - {"modeling"}),
        ("summary ~ data", {"flagged"}),
        ('summary ~ "grad boost*"', {"modeling"}),
        ("summary !~ data", ALL - {"flagged"}),
        ("description ~ forests", {"done"}),
        ("resolution = Done", {"done"}),
        ("resolution is EMPTY", ALL - {"done"}),
        ("resolved is not EMPTY", {"done"}),
        ("priority = Medium and project = DS", {"elsewhere"}),
        ("due <= 2026-03-10", {"elsewhere"}),
        ("due > 2026-03-10", set()),
        ("due is EMPTY and project = DS", set()),
        ("project = DS or status = Done", {"elsewhere", "done"}),
        ("not project = ML", {"elsewhere"}),
        ("!(project = ML or project = GROW)", {"elsewhere"}),
        ("project = ML and (status = Done or type = Epic)", {"done", "epic"}),
        ("project = ML and status = Done or type = Epic", {"done", "epic"}),
        ("project = ML && status = Done || project = DS", {"done", "elsewhere"}),
    ],
)
def test_what_is_understood(jql: str, expected: set[str]) -> None:
    assert names(jql) == expected


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("project =", "Expecting a value, list or function"),
        ("project = ML status = Done", "Expecting either 'OR' or 'AND'"),
        ("project ML", "Expecting operator"),
        ("project = ML and", "Expecting a field name"),
        ("(project = ML", "Expecting ')'"),
        ("project in ML", "Expecting '('"),
        ("project in (ML", "Expecting ')' or ','"),
        ("colour = red", "Field 'colour' does not exist"),
        ("cf[99999] = x", "Field 'cf[99999]' does not exist"),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'"),
        ("status = Nope", "The value 'Nope' does not exist for the field 'status'"),
        ("assignee = nobody", "The value 'nobody' does not exist for the field 'assignee'"),
        ("cf[10048] = Nope", "The value 'Nope' does not exist"),
        ("key = ML-999", "An issue with key 'ML-999' does not exist for field 'key'"),
        ("id = 99999", "A value with ID '99999' does not exist for the field 'id'"),
        ("parent = ML-999", "does not exist for field 'parent'"),
        ("updated >= yesterday", "Date value 'yesterday' for field 'updated' is invalid"),
        ('updated >= "1764000000000"', "is invalid"),
        ("updated ~ now()", "The operator '~' is not supported by the 'updated' field"),
        ("status > Done", "The operator '>' is not supported by the 'status' field"),
        ("summary = data", "The operator '=' is not supported by the 'summary' field"),
        ("assignee is Ada", "'EMPTY' or 'NULL'"),
        ("project = latestProjects()", "Unable to find JQL function 'latestProjects()'"),
        ("updated >= currentUser()", "cannot be used"),
        ("project = ML@home", "reserved JQL character"),
        ('project = "ML', "has not been completed"),
        ("project = select", "'select' is a reserved JQL word"),
        ("status was Done", "Expecting operator"),
        ("project = ML order status", "Expecting 'by'"),
        ("project = ML order by colour", "Field 'colour' does not exist"),
        (
            "order by key, created, updated, status, summary, priority, assignee, id",
            "maximum number of fields",
        ),
        ("(" * 200 + "project = ML" + ")" * 200, "nested too deeply"),
    ],
)
def test_what_is_not_understood_is_refused(jql: str, message: str) -> None:
    with pytest.raises(JqlError) as refused:
        cast()[0].found(jql)
    assert message in str(refused.value)


def at(instant: int) -> set[str]:
    return names(f"updated >= {instant}")


def test_epoch_milliseconds_are_exact() -> None:
    """Fact 81."""
    assert at(START + DAY) == {"modeling", "done"}
    assert at(START + DAY + 1) == {"done"}
    assert names(f"updated < {START + 1}") == ALL - {"modeling", "done"}


def test_literals_are_read_in_the_zone_of_the_caller() -> None:
    """Facts 79 and 80: the same minute in New York is five hours later."""
    site, made = cast()
    literal = iso(START + 2 * DAY)[:16].replace("T", " ")
    assert site.found(f'updated >= "{literal}"') == [made["done"]]
    assert site.found(f'updated >= "{literal}"', zone="America/New_York") == []
    earlier = iso(START + 2 * DAY - 5 * HOUR)[:16].replace("T", " ")
    assert site.found(f'updated >= "{earlier}"', zone="America/New_York") == [made["done"]]


@pytest.mark.parametrize(
    "literal", ["2026-03-04", '"2026/03/04"', '"2026/03/04 09:59"', '"2026-03-04 10:00"']
)
def test_all_four_forms_of_a_date(literal: str) -> None:
    assert names(f"updated >= {literal}") == {"done"}


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("updated >= -28d", {"done"}),
        ('updated >= "-4w 0d"', {"done"}),
        ("updated >= -696h", {"modeling", "done"}),
        ("updated >= -15m", set()),
        ("updated <= now()", ALL),
        ("created < startOfDay(-29d)", ALL),
        ("created >= startOfDay(-30)", ALL),
        ("created >= startOfDay()", set()),
    ],
)
def test_relative_dates_follow_the_clock(jql: str, expected: set[str]) -> None:
    assert names(jql) == expected


def test_the_order_may_have_several_terms() -> None:
    site, made = cast()
    found = site.found("project = ML order by status desc, key")
    assert found[0] == made["epic"]
    assert [site.key(id) for id in site.found("order by key desc")][:2] == ["ML-5", "ML-4"]
    assert site.found("project = ML order by updated desc, id asc")[:2] == [made["done"], made["modeling"]]


def test_without_an_order_the_newest_comes_first() -> None:
    site, _ = cast()
    assert site.found("") == sorted(site.found("order by created"), reverse=True)


def test_strings_are_unescaped_and_keywords_have_any_case() -> None:
    site = Site()
    task = site.task('A "quoted" word')
    assert site.found('SUMMARY ~ "\\"quoted\\"" AND NOT Project = ds ORDER BY Key DESC') == [task]
    assert parse("CF[ 10048 ] = x").where is not None


def test_names_of_the_site_are_in_its_language() -> None:
    site = Site(language="ru")
    task = site.task(phase=catalogue.MODELING)
    assert site.found("Фаза = Моделирование") == [task]
    assert site.found("cf[10048] = 10103") == [task]
    with pytest.raises(JqlError):
        site.found("Phase = Modeling")


def test_data_center_has_parents_of_subtasks_only() -> None:
    """Fact 55."""
    site = Site("datacenter")
    epic = site.epic()
    task = site.task(parent=epic)
    subtask = site.subtask(task)
    assert site.found(f"parent = {site.key(epic)}") == []
    assert site.found(f"parent = {site.key(task)}") == [subtask]
    assert site.found(f"cf[10014] = {site.key(epic)}") == [task]


def test_archived_and_hidden_issues_are_in_no_answer() -> None:
    """Facts 88 and 85: a hidden project is refused as if it did not exist."""
    site = Site()
    kept, archived, hidden = site.task(), site.task(), site.task()
    site.task(space="DS")
    site.world.archive(START, site.ada, archived)
    assert site.found("", hidden_spaces={"10001"}, hidden_issues={hidden}) == [kept]
    with pytest.raises(JqlError, match="does not exist for the field 'project'"):
        site.found("project = DS", hidden_spaces={"10001"})


def test_an_answer_remembered_follows_every_write() -> None:
    from phasewise.sandbox.access import Caller
    from phasewise.sandbox.search import Search

    site = Site()
    search, me = Search(site.world), Caller(site.world.service_user)
    tasks = [site.task(f"Task {n}") for n in range(40)]

    def found(jql: str) -> list[int]:
        return [id for _, id in search.find(jql, me).entries]

    jql = "project = ML and status != Done order by updated"
    assert found(jql) == tasks
    site.edit(tasks[3], 1, status=catalogue.DONE)
    site.edit(tasks[0], 2, summary="Renamed")
    site.world.move(START, site.ada, tasks[1], "DS")
    site.world.delete(START, site.ada, tasks[2])
    new = site.task("New")
    assert found(jql) == Site.found(site, jql)
    assert set(found(jql)) == {*tasks[4:], tasks[0], new}
