"""Comments say what they were given, and nothing else: fault B9."""

import orjson
import pytest

from phasewise.jira.comment_text import LONGEST, Link, Mention, document, pieces_of, wiki

HOSTILE = "[~all] {code}x{code} *b* _i_ -s- +u+ ^p^ ~b~ ??c?? !i.png! |c| #n (!) \\[~x] \\\\ [a|http://evil]"


def nodes(text: str) -> list[dict[str, object]]:
    content: list[dict[str, object]] = document([[text]])["content"][0]["content"]
    return content


def test_b9_in_a_document_a_text_is_a_text_node() -> None:
    assert nodes(HOSTILE) == [{"type": "text", "text": HOSTILE}]


def test_b9_in_wiki_text_nothing_of_a_text_is_markup() -> None:
    made = wiki([[HOSTILE]])
    unescaped = made.replace("\\[", "").replace("\\]", "").replace("\\{", "").replace("\\}", "")
    assert not set(unescaped) & set("[]{}")
    assert "\\[\\~all\\]" in made
    assert "\\\\" not in made  # two backslashes are a new line
    assert "\\!i.png\\!" in made
    assert "\\|" in made


@pytest.mark.parametrize("start", ["h1. big", "bq. said", "  h3. big"])
def test_b9_a_text_does_not_begin_a_heading(start: str) -> None:
    assert wiki([[start]]).startswith("\u200b")


def test_b9_a_text_is_one_line_without_controls() -> None:
    assert nodes("a\nb\x00c\x1b[31md\u2028e")[0]["text"] == "a b c [31md e".replace("b c", "b\ufffdc")


def test_a_mention_is_only_what_was_asked_for() -> None:
    ada = Mention("5b10", "Ada]", "ada")
    assert document([[ada]])["content"][0]["content"] == [
        {"type": "mention", "attrs": {"id": "5b10", "text": "@Ada]"}}
    ]
    assert wiki([["For ", ada, ": look"]]) == "For [~ada]: look"
    assert wiki([[Mention("5b10", "Ada [x]")]]) == "Ada \\[x\\]"
    assert "[~" not in wiki([[Mention("k", "Eve", "eve] [~all")]])


def test_a_link_leads_to_the_web_or_nowhere() -> None:
    marks = document([[Link("here", "https://x.example/a")]])["content"][0]["content"][0]["marks"]
    assert marks == [{"type": "link", "attrs": {"href": "https://x.example/a"}}]
    assert "marks" not in document([[Link("here", "javascript:alert(1)")]])["content"][0]["content"][0]
    assert wiki([[Link("a|b", "https://x.example/]|c")]]) == "[a\\|b|https://x.example/%5D%7Cc]"
    assert wiki([[Link("here", "javascript:alert(1)")]]) == "here"


@pytest.mark.parametrize("letter", ["a", "*", "é", "\U0001f600", '"'])
def test_b9_a_long_text_is_cut_where_it_still_fits(letter: str) -> None:
    paragraphs = [["Two tickets"], [letter * 40_000], ["never seen"]]
    made, written = document(paragraphs), wiki(paragraphs)
    assert LONGEST - 20 < len(orjson.dumps(made)) <= LONGEST
    assert LONGEST - 20 < len(written.encode()) <= LONGEST
    assert written.endswith(" …")
    assert "Two tickets" in written


def test_a_mention_is_not_cut_in_the_middle() -> None:
    made = document([["x" * 33_000, Mention("5b10", "Ada")]])
    assert "mention" not in str(made)


def test_an_empty_text_is_no_node() -> None:
    assert document([["", "a"]])["content"][0]["content"] == [{"type": "text", "text": "a"}]


def test_pieces_are_read_from_json() -> None:
    given = [["a", {"person": "5b10", "name": "Ada"}], [{"text": "b", "url": "https://x.example"}]]
    assert pieces_of(given) == [["a", Mention("5b10", "Ada")], [Link("b", "https://x.example")]]


@pytest.mark.parametrize("wrong", [None, 1, [1], [[1]], [[{}]], [[{"person": "x"}]], [[None]]])
def test_what_is_no_text_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="no text"):
        pieces_of(wrong)
