"""The fields of a loaded issue, kept compressed as they came: `load` packs, whoever shows them unpacks."""

import json
import zlib
from typing import Any

import orjson

from phasewise.sandbox.model import Issue

Json = dict[str, Any]


def packed(fields: Json) -> bytes:
    try:
        text = orjson.dumps(fields)
    except TypeError:
        # Lone surrogates and huge numbers: what no JSON text can carry becomes a question mark.
        text = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")
    return zlib.compress(text, 1)


def given_fields(issue: Issue) -> Json:
    """The fields as the export had them; none for an issue that was made here."""
    found: Json = orjson.loads(zlib.decompress(issue.given)) if issue.given is not None else {}
    return found
