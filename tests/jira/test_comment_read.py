"""What people wrote in comments, as plain text."""

import time
from typing import Any

from phasewise.jira.comment_read import LONGEST, plain_text


def nested(depth: int, text: str) -> dict[str, Any]:
    """A document of Cloud in which the text lies so deep, beside some near the top."""
    node: dict[str, Any] = {"type": "text", "text": text}
    for _ in range(depth):
        node = {"type": "blockquote", "content": [node]}
    near = {"type": "paragraph", "content": [{"type": "text", "text": "near"}]}
    return {"type": "doc", "content": [near, node]}


def test_x12_a_document_of_a_megabyte_or_500_levels_is_cut_and_takes_no_time() -> None:
    began = time.process_time()
    assert plain_text(nested(500, "deep")) == "near"
    assert plain_text(nested(5, "x" * (1 << 20))).count("x") == LONGEST - len("near\n")
    assert time.process_time() - began < 5


def test_x12_a_comment_of_32767_characters_is_cut() -> None:
    assert plain_text("y" * 32_767) == "y" * LONGEST
