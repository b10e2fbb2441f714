"""From how wide a picture on there is room for a text on it: pictures stretch, and texts do not.

The stylesheet leaves out what has the class `from-320` where its picture is narrower than 320 pixels.
Called by ribbon and timeline.
"""

from math import ceil
from unicodedata import east_asian_width

STEP, WIDEST = 40, 640
"""Pixels: the widths that the stylesheet knows, and the last of them."""

LETTER, SIGN = 7, 12
"""Pixels of a letter of the small print, at most, and of a Japanese or Chinese sign."""

Need = tuple[float, float]
"""So many pixels in so many percent of a picture."""


def pixels(text: str) -> int:
    """How wide a text is in the small print of pictures."""
    return sum(SIGN if east_asian_width(one) in "WF" else LETTER for one in text)


def from_width(*needs: Need) -> int | None:
    """The width from which on all of it fits; None where no picture is that wide."""
    if any(percent <= 0 for _pixels, percent in needs):
        return None
    least = max((ceil(wanted / percent * 100 / STEP) * STEP for wanted, percent in needs), default=0)
    return least if least <= WIDEST else None
