"""The body of a delivery as a JSON object, or the reason why it is none. `receive_deliveries` calls it.

Strict: UTF-8 without a mark, no NaN or Infinity, bounded depth, digits and number of values.
"""

import json
import math
from typing import Any, NoReturn

import orjson

LONGEST_NUMBER = 400
MOST_CONTAINERS, MOST_VALUES = 200_000, 1_000_000
"""Estimated before parsing: 25 MiB of `{}` would take half a gigabyte as objects."""
SMALL = 1 << 20


class PayloadError(ValueError):
    """The body is no JSON object that we read; the text says why and quotes nothing of it."""


def read_payload(body: bytes | bytearray) -> dict[str, Any]:
    """The object that `body` holds. Of a key that comes twice the last value counts."""
    if len(body) > SMALL and _is_crowded(body):
        raise PayloadError("The JSON has too many values")
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        read = _read_slowly(body)
    if not isinstance(read, dict):
        raise PayloadError("The body must be a JSON object")
    return read


def _is_crowded(body: bytes | bytearray) -> bool:
    containers = body.count(b"{") + body.count(b"[")
    return containers > MOST_CONTAINERS or containers + body.count(b",") > MOST_VALUES


def _read_slowly(body: bytes | bytearray) -> Any:
    """What orjson refuses and Jira may send all the same: half of an emoji, in a text that was cut there."""
    try:
        return json.loads(body.decode(), parse_constant=_no_number, parse_int=_integer, parse_float=_float)
    except PayloadError:
        raise
    except (ValueError, RecursionError):
        raise PayloadError("The body must be JSON in UTF-8") from None


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise PayloadError("The JSON has a number that is too long")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if len(digits) > LONGEST_NUMBER or not math.isfinite(number):
        raise PayloadError("The JSON has a number that is too large")
    return number


def _no_number(_name: str) -> NoReturn:
    raise PayloadError("The JSON has NaN or Infinity")
