"""/deliveries and /effects: newest first, by state, page by page, with what a person may do."""

import re
from typing import Any

import pytest

from phasewise.store.effects import Claimed, Effect, EffectKind, EffectState, add_effect, claim_next, settle
from phasewise.store.inbox import NewDelivery, add_deliveries
from tests.web.story import NOW, URL, Api
from tests.web.test_pages import browse, page, words


def deliver(api: Api, *rows: tuple[str, str], event: str = "jira:issue_updated", **given: Any) -> None:
    """Deliveries as (id, state), a second apart, the last one newest."""
    issues, reason = given.get("issues", (2,)), given.get("reason")
    made = [
        NewDelivery(name, NOW - 60_000 + n * 1000, event, issues, state, reason, b"{}")  # type: ignore[arg-type]
        for n, (name, state) in enumerate(rows)
    ]
    with api.deps.database.write() as connection:
        add_deliveries(connection, api.deps.site_id, made)


def effect(api: Api, key: str, state: EffectState = EffectState.DUE, **given: Any) -> None:
    made = Effect(key, given.get("kind", EffectKind.COMMENT), given.get("target", "2"), {"text": "x"})
    with api.deps.database.write() as connection:
        add_effect(connection, api.deps.site_id, made, NOW - 60_000)
        if state is not EffectState.DUE:
            claimed = claim_next(connection, api.deps.site_id, "n", [made.kind], NOW - 50_000, NOW)
            assert isinstance(claimed, Claimed)
            settle(connection, api.deps.site_id, claimed, state, NOW, note=given.get("note"))


def ids(html: str) -> list[str]:
    return re.findall(r'class="sub id">([^<]*)<', html)


def test_deliveries_come_newest_first_with_their_tickets_and_counts(api: Api) -> None:
    deliver(api, ("a", "applied"), ("b", "pending"), issues=(2, 3, 4, 5, 999))
    html = page(api, "/deliveries")
    assert ids(html) == ["b", "a"]
    assert f'href="{URL}/browse/ML-2"' in html
    text = words(html)
    for told in ("All 2", "Waiting 1", "Applied 1", "Failed 0", "ML-2 ML-3 ML-4 and 2 more"):
        assert told in text


def test_a_state_is_chosen_and_an_empty_one_says_so(api: Api) -> None:
    deliver(api, ("a", "applied"), ("b", "ignored"), reason="nothing follows from it")
    assert ids(page(api, "/deliveries?state=ignored")) == ["b"]
    assert "nothing follows from it" in words(page(api, "/deliveries?state=ignored"))
    assert "There is no delivery in the state “Failed”." in words(page(api, "/deliveries?state=failed"))
    assert "There is no effect yet." in words(page(api, "/effects"))


def test_a_delivery_that_failed_says_why_and_how_to_replay_it(api: Api) -> None:
    deliver(api, ("it's; rm", "failed"), reason="Jira answered 404")
    text = words(page(api, "/deliveries"))
    assert "Jira answered 404" in text
    assert "phasewise replay &#39;it&#39;&#34;&#39;&#34;&#39;s; rm&#39;" in text


def test_older_deliveries_are_on_the_next_page_and_lead_back(api: Api) -> None:
    deliver(api, *((f"d{n:03}", "applied") for n in range(60)))
    first = page(api, "/deliveries?state=applied")
    assert (len(ids(first)), ids(first)[0]) == (50, "d059")
    [older] = re.findall(r'<a href="([^"]+)" rel="next"', first)
    second = page(api, older.replace("&amp;", "&"))
    assert ids(second) == [f"d{n:03}" for n in range(9, -1, -1)]
    assert '<a href="/deliveries?state=applied">Newest</a>' in second
    assert "data-revision" in first
    assert "data-revision" not in second


def test_effects_show_what_became_of_them_and_what_to_do(api: Api) -> None:
    effect(api, "wip:2", EffectState.FAILED, note="Jira answered 403")
    effect(api, "week:ada", EffectState.UNKNOWN, kind=EffectKind.MAIL, target="ada@example.com")
    text = words(page(api, "/effects"))
    for told in ("Comment wip:2 ML-2 Failed 1 attempt Jira answered 403 phasewise redo wip:2",):
        assert told in text
    assert "Mail week:ada ada@example.com Unknown 1 attempt phasewise redo week:ada" in text
    assert ids(page(api, "/effects?state=unknown")) == ["week:ada"]


def test_s1_what_others_sent_is_text_and_never_markup(api: Api) -> None:
    evil = "<img src=x onerror=alert(1)>"
    deliver(api, (evil, "failed"), event=evil, reason=evil)
    effect(api, evil, EffectState.FAILED, kind=EffectKind.MAIL, target=evil, note=evil)
    for path in ("/deliveries", "/effects"):
        assert "<img" not in page(api, path)
        assert "&lt;img src=x" in page(api, path)


@pytest.mark.parametrize("path", ["/deliveries?state=gone", "/effects?state=pending", "/deliveries?cursor=x"])
def test_what_cannot_be_asked_is_an_error_page(api: Api, path: str) -> None:
    answer = browse(api, path)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")


def test_every_page_leads_to_them_from_its_foot(api: Api) -> None:
    for path in ("/", "/deliveries", "/effects", "/nowhere", "/api/docs"):
        foot = browse(api, path).text.split('<footer class="foot"')[1]
        assert 'href="/deliveries"' in foot
        assert 'href="/effects"' in foot
