"""Trouble on request: each kind strikes when asked to, and nothing strikes otherwise."""

import threading
import time

import httpx
import pytest
from tests.sandbox.builders import Site, running, served

from phasewise.sandbox import catalogue
from phasewise.sandbox.trouble import Trouble


def test_every_nth_request_is_told_to_wait() -> None:
    """Facts 45 and 46."""
    with running(Site(), Trouble(rate_limit=3, retry_after="7")) as jira:
        answers = [jira.get("myself") for _ in range(6)]
        assert [a.status_code for a in answers] == [200, 200, 429, 200, 200, 429]
        assert (answers[2].headers["Retry-After"], answers[2].headers["RateLimit-Reason"]) == (
            "7",
            "jira-burst-based",
        )
        jira.trouble(retry_after=None, rate_limit_reason=None)
        bare = [jira.get("myself") for _ in range(3)][-1]
        assert "Retry-After" not in bare.headers


def test_latency_lets_requests_overlap() -> None:
    with served(Site(), Trouble(latency_ms=1000)) as jira:
        started = time.monotonic()
        threads = [threading.Thread(target=jira.get, args=("myself",)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 <= time.monotonic() - started < 20


@pytest.mark.parametrize("kind", ["drop", "truncate", "apply_then_drop"])
def test_connections_break(kind: str) -> None:
    """Failure P5."""
    with served(Site()) as jira:
        jira.trouble(faults=[{"kind": kind, "path": "myself", "times": 1}])
        with pytest.raises(httpx.RemoteProtocolError):
            jira.get("myself")
        assert jira.get("myself").status_code == 200


def test_a_write_may_be_applied_though_its_answer_is_lost() -> None:
    """Failure B1."""
    site = Site()
    task = site.task()
    with served(site) as jira:
        jira.trouble(faults=[{"kind": "apply_then_drop", "method": "POST", "path": "comment", "times": 1}])
        with pytest.raises(httpx.RemoteProtocolError):
            jira.post("/rest/api/2/issue/ML-1/comment", {"body": "Hello"})
        extras = site.world.issues[task].extras
        assert extras is not None
        assert [comment.body for comment in extras.comments] == ["Hello"]


def test_answers_may_be_half_or_html_or_lead_elsewhere() -> None:
    """Failures P5, P6 and P7."""
    with running(Site()) as jira:
        jira.trouble(faults=[{"kind": kind, "times": 1} for kind in ("half_json", "html", "redirect")])
        half, html = jira.get("myself"), jira.get("myself")
        assert half.status_code == 200
        assert half.headers["content-type"].startswith("application/json")
        with pytest.raises(ValueError, match=r"JSON|Unterminated|Expecting|string"):
            half.json()
        assert html.headers["content-type"].startswith("text/html")
        elsewhere = jira.http.get("/rest/api/3/myself", follow_redirects=False)
        assert (elsewhere.status_code, elsewhere.headers["location"]) == (302, "https://id.example.com/login")


def test_an_answer_may_dribble() -> None:
    """Failure P20."""
    with running(Site()) as jira:
        jira.trouble(faults=[{"kind": "dribble", "path": "tenant_info", "delay_ms": 0}])
        assert "cloudId" in jira.get("/_edge/tenant_info").json()


def test_a_fault_chooses_its_requests() -> None:
    """Failure P4."""
    with running(Site()) as jira:
        fault = {"path": "/search", "method": "POST", "every": 2, "skip": 1, "times": 2, "status": 503}
        jira.trouble(faults=[{**fault, "headers": {"Retry-After": "1"}}])
        assert jira.get("myself").status_code == 200
        answers = [jira.search("project = ML") for _ in range(8)]
        assert [a.status_code for a in answers] == [200, 200, 503, 200, 503, 200, 200, 200]
        assert answers[2].headers["Retry-After"] == "1"


def test_without_a_token_set_anybody_is_let_in() -> None:
    with running(Site()) as jira:
        assert jira.http.get("/rest/api/3/myself").status_code == 200
        assert jira.http.get("/rest/api/3/myself", auth=("x@example.com", "any")).status_code == 200
        found = jira.http.get("/rest/api/3/myself", auth=("ada@example.com", "any"))
        assert found.json()["displayName"] == "Ada Lovelace"
        assert found.headers["X-AAccountId"] == found.json()["accountId"]


def test_a_wrong_token_is_refused() -> None:
    """Failure P8."""
    with running(Site(), Trouble(token="right")) as jira:
        assert jira.http.get("/rest/api/3/myself", auth=("a@example.com", "wrong")).status_code == 401
        assert jira.http.get("/rest/api/3/myself", auth=("a@example.com", "right")).status_code == 200
        bearer = {"Authorization": "Bearer right"}
        assert jira.http.get("/rest/api/3/myself", headers=bearer).status_code == 200


def test_a_wrong_token_may_be_anonymous_and_be_shown_nothing() -> None:
    """Fact 76: 200 and empty, which looks like a site without issues."""
    site = Site()
    site.task()
    with running(site, Trouble(token="right", wrong_token="anonymous")) as jira:
        found = jira.search("project = ML")
        assert (found.status_code, found.json()) == (200, {"issues": [], "isLast": True})
        assert "X-AAccountId" not in found.headers
        assert jira.get("issue/ML-1").status_code == 404
        assert jira.get("myself").status_code == 401
        assert jira.get("project/search").json()["total"] == 0


def test_data_center_may_ask_for_a_captcha() -> None:
    """Failure P10."""
    with running(Site("datacenter"), Trouble(token="right", wrong_token="captcha")) as jira:
        found = jira.get("myself")
        assert (found.status_code, found.headers["X-Seraph-LoginReason"]) == (403, "AUTHENTICATION_DENIED")


def test_permission_for_a_project_can_be_taken_away() -> None:
    """Failure P9."""
    site = Site()
    site.task()
    site.task(space="DS")
    with running(site) as jira:
        jira.trouble(hidden_spaces=["DS"])
        assert jira.search("project = DS").status_code == 400
        assert len(jira.search("key is not empty").json()["issues"]) == 1
        assert (jira.get("project/DS").status_code, jira.get("issue/DS-1").status_code) == (404, 404)
        assert [space["key"] for space in jira.get("project/search").json()["values"]] == ["GROW", "ML"]
        grants = jira.post(
            "permissions/check", {"projectPermissions": [{"permissions": ["BROWSE_PROJECTS"]}]}
        ).json()
        assert 10001 not in grants["projectPermissions"][0]["projects"]
        jira.trouble(hidden_spaces=[])
        assert jira.get("issue/DS-1").status_code == 200


def test_a_status_renamed_keeps_its_id() -> None:
    """Failure X2: histories keep the name of then."""
    site = Site()
    task = site.task()
    site.edit(task, status=catalogue.TESTING)
    with running(site) as jira:
        jira.trouble(renamed_statuses={catalogue.TESTING: "Experiment"})
        shown = jira.get("issue/ML-1", expand="changelog").json()
        assert shown["fields"]["status"]["name"] == "Experiment"
        assert shown["changelog"]["histories"][0]["items"][0]["toString"] == "Testing"
        assert jira.search("status = Experiment").json()["issues"] == [{"id": str(task)}]


def test_a_field_deleted_is_gone_with_its_values() -> None:
    """Failure X1."""
    site = Site()
    site.task(phase=catalogue.MODELING)
    with running(site) as jira:
        jira.trouble(deleted_fields=[catalogue.PHASE_FIELD])
        assert catalogue.PHASE_FIELD not in [field["id"] for field in jira.get("field").json()]
        assert catalogue.PHASE_FIELD not in jira.get("issue/ML-1").json()["fields"]
        assert jira.search("cf[10048] is empty").status_code == 400


@pytest.mark.parametrize("language", ["fr", "ja", "ru", "zh"])
def test_a_site_in_another_language(language: str) -> None:
    """Fact 66: names differ, ids and category keys do not."""
    site = Site()
    site.task(phase=catalogue.MODELING)
    with running(site) as jira:
        english = jira.get("issue/ML-1").json()["fields"]
        jira.trouble(language=language)
        translated = jira.get("issue/ML-1").json()["fields"]
        for name in ("status", "issuetype", "priority", catalogue.PHASE_FIELD):
            assert english[name]["id"] == translated[name]["id"]
            assert english[name] != translated[name]
        assert translated["status"]["statusCategory"]["key"] == "new"
        fields = {field["id"]: field["name"] for field in jira.get("field").json()}
        assert fields["summary"] != "Summary"


def test_the_zone_of_the_caller_can_be_set() -> None:
    with running(Site(), Trouble(caller_zone="America/New_York")) as jira:
        assert jira.get("myself").json()["timeZone"] == "America/New_York"


def test_the_clock_of_the_site_is_in_every_answer() -> None:
    """Fact 82."""
    site = Site()
    with running(site) as jira:
        found = jira.get("serverInfo")
        assert found.headers["Date"] == "Wed, 01 Apr 2026 10:00:00 GMT"
        assert found.json()["serverTime"] == "2026-04-01T10:00:00.000+0000"


def test_trouble_that_does_not_exist_is_refused() -> None:
    with running(Site()) as jira:
        assert jira.post("/_sandbox/trouble", {"tornado": True}).status_code == 400
        assert jira.post("/_sandbox/trouble", {"renamed_statuses": {"1": "X"}}).status_code == 400
        assert jira.get("/_sandbox/trouble").json()["rate_limit"] == 0


def test_the_truth_can_be_asked_for_past_all_trouble() -> None:
    site = Site()
    kept, deleted = site.task(), site.task()
    site.edit(kept, status=catalogue.DONE)
    site.world.delete(site.clock(), site.ada, deleted)
    with running(site, Trouble(rate_limit=1)) as jira:
        lines = [
            httpx.Response(200, text=line).json() for line in jira.get("/_sandbox/issues").text.splitlines()
        ]
        assert [(line["id"], line.get("deleted", False)) for line in lines] == [
            (str(kept), False),
            (str(deleted), True),
        ]
        assert lines[0]["changelog"]["total"] == 1


def test_edits_behind_a_clients_back() -> None:
    site = Site()
    with running(site) as jira:
        body = {"space": "ML", "type": catalogue.TASK, "summary": "A", "at": 5, "fields": {"phase": "10101"}}
        made = jira.post("/_sandbox/create", body)
        issue = site.world.issues[made.json()["id"]]
        assert (issue.created, issue.custom) == (5, {catalogue.PHASE_FIELD: "10101"})
        jira.post("/_sandbox/edit", {"issue": "ML-1", "at": 9, "fields": {"status": catalogue.DONE}})
        assert (issue.status, issue.updated) == (catalogue.DONE, 9)
        assert jira.post("/_sandbox/move", {"issue": "ML-1", "space": "DS"}).json()["key"] == "DS-1"
        assert jira.post("/_sandbox/comment", {"issue": "DS-1", "body": "Hi"}).status_code == 201
        assert jira.post("/_sandbox/archive", {"issue": "DS-1"}).status_code == 204
        assert jira.post("/_sandbox/delete", {"issue": "DS-1"}).status_code == 204
        assert jira.post("/_sandbox/edit", {"issue": "DS-1", "fields": {}}).status_code == 404


def test_a_space_may_get_another_key_or_be_archived() -> None:
    """Failure X4: old keys still lead to the issues."""
    site = Site()
    task = site.task()
    with running(site) as jira:
        jira.post("/_sandbox/space", {"space": "ML", "key": "AI"})
        assert jira.get("issue/ML-1").json()["key"] == "AI-1"
        assert jira.search("project = AI and key = ML-1").json()["issues"] == [{"id": str(task)}]
        assert jira.get("project/ML").json()["key"] == "AI"
        jira.post("/_sandbox/space", {"space": "AI", "archived": True})
        assert jira.search("key = AI-1").json()["issues"] == []
        assert jira.get("issue/AI-1").status_code == 200


def test_a_person_may_be_anonymised() -> None:
    """Failure X7: the id stays."""
    site = Site()
    site.task(assignee=site.ada)
    with running(site) as jira:
        jira.post("/_sandbox/anonymise", {"user": site.ada})
        shown = jira.get("issue/ML-1").json()["fields"]["assignee"]
        assert (shown["accountId"], shown["displayName"], shown["active"]) == (site.ada, "Former user", False)
