"""/api/v1/effects: what was done outside, what waits, what failed."""

from phasewise.store.effects import (
    JIRA_KINDS,
    Effect,
    EffectKind,
    EffectState,
    add_effect,
    claim_next,
    settle,
)
from tests.web.story import NOW, Api, stamp


def tell_effects(api: Api) -> None:
    """Three comments of the last three milliseconds, the first of which failed."""
    with api.deps.database.write() as connection:
        for number in range(3):
            effect = Effect(f"finding:{number}", EffectKind.COMMENT, str(number), {"text": []})
            add_effect(connection, api.deps.site_id, effect, NOW - 3 + number)
        claimed = claim_next(connection, api.deps.site_id, "n", JIRA_KINDS, NOW, NOW + 1)
        assert claimed is not None
        settle(connection, api.deps.site_id, claimed, EffectState.FAILED, NOW, note="Jira refused it (403)")


def test_effects_are_listed_latest_first(api: Api) -> None:
    tell_effects(api)
    items = api.items("/effects")
    assert [item["key"] for item in items] == ["finding:2", "finding:1", "finding:0"]
    assert items[2] == {
        "key": "finding:0",
        "kind": "comment",
        "target": "0",
        "state": "failed",
        "attempts": 1,
        "created_at": "2026-03-12T23:59:59.997Z",
        "next_at": None,
        "last_error": "Jira refused it (403)",
        "done_at": stamp(11),
    }


def test_a_state_filters_them_and_another_word_is_refused(api: Api) -> None:
    tell_effects(api)
    assert [item["key"] for item in api.items("/effects", state="failed")] == ["finding:0"]
    assert len(api.items("/effects", state="due")) == 2
    assert api.get("/effects", state="lost").status_code == 422


def test_pages_follow_one_another(api: Api) -> None:
    tell_effects(api)
    first = api.json("/effects", limit=2)
    second = api.json("/effects", limit=2, cursor=first["next"])
    assert [item["key"] for item in first["items"] + second["items"]] == [
        "finding:2",
        "finding:1",
        "finding:0",
    ]
    assert second["next"] is None
    assert api.items("/effects", as_of=stamp(10)) == []


def test_nobody_sees_them_without_a_token(api: Api) -> None:
    assert api.ask("GET", "/api/v1/effects").status_code == 401
