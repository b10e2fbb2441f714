"""Text and JSON reach both databases in a form that both can hold."""

import json

from phasewise.store.text import clean, to_json


def test_only_what_cannot_be_held_is_replaced() -> None:
    assert clean("a\x00b\ud800c\u202e\U0001f600") == "a\ufffdb\ufffdc\u202e\U0001f600"
    assert clean("Modélisation") == "Modélisation"


def test_json_is_cleaned_inside_and_out() -> None:
    text = to_json({"k\x00": ["a\x00", {"b": ("c\ud800",)}]})
    assert json.loads(text) == {"k\ufffd": ["a\ufffd", {"b": ["c\ufffd"]}]}


def test_a_backslash_in_a_text_is_no_nul() -> None:
    assert json.loads(to_json(["\\u0000", "\\\\u0000"])) == ["\\u0000", "\\\\u0000"]


def test_json_holds_integers_of_any_size() -> None:
    assert json.loads(to_json({"ticks": 10**30})) == {"ticks": 10**30}
