"""Phase ribbons as pictures: the pages' own macro, in the light colours, as PNG by resvg. Called by rows.

They hold no writing, so that they are the same in every language and need no font.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from phasewise.core.digest import Span
from phasewise.core.model import PHASE_RANK, Instant, Phase
from phasewise.core.ribbon import Window, bars_of
from phasewise.resources import templates_folder

WIDTH, HEIGHT, ZOOM = 180, 42, 2
KEPT = 2_000

COLOURS = ("#80868f", "#9580dc", "#005082", "#069f93", "#6a6206", "#d84b75", "#2b1633")
"""By the number of the phase; 0 is none. As in the pages' light theme."""

STYLE = (
    ".under{opacity:.16}"
    ".cap{stroke:#fff;stroke-opacity:.5;stroke-width:.5;paint-order:stroke}"  # seen on dark grounds only
    + "".join(f".phase-{number}{{fill:{colour}}}" for number, colour in enumerate(COLOURS))
)


@dataclass(frozen=True, slots=True)
class Segment:
    """As the macro wants it: the phase's number, x and width in percent."""

    number: int
    x: float
    width: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """As the macro wants it."""

    segments: tuple[Segment, ...]
    label: str = ""


@cache
def environment() -> Environment:
    """What Jira says is text, never markup: autoescape is on for all but plain text."""
    return Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _marks() -> Any:
    return environment().get_template("parts/marks.html").module


def ribbon_png(spans: tuple[Span, ...], start: Instant, instant: Instant) -> bytes:
    """The ribbon of a project from `start` to `instant`, at twice its size; transparent."""
    window = Window(start, instant, instant)
    bars = bars_of(((one.phase, one.start, one.end, one.is_return) for one in spans), window)
    return _png(tuple(Segment(PHASE_RANK[bar.phase], round(bar.x, 2), round(bar.width, 2)) for bar in bars))


@lru_cache(maxsize=KEPT)
def _png(segments: tuple[Segment, ...]) -> bytes:
    """Kept: a report has the same pictures for all its readers."""
    # It takes 20 ms to load, and most processes never draw.
    import resvg_py

    drawn = str(_marks().ribbon(Drawn(segments)))
    line = f'<path d="M0 {HEIGHT - 0.5}h{WIDTH}" stroke="#c9ced6"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<defs><g id="grid">{line}</g></defs>{drawn}</svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, style_sheet=STYLE, zoom=ZOOM, skip_system_fonts=True))


def phases_in_turn(spans: tuple[Span, ...]) -> list[tuple[Phase, bool]]:
    """The phases in the order in which they began, with whether that was a return."""
    ordered = sorted(spans, key=lambda one: (one.start, PHASE_RANK[one.phase]))
    return [(one.phase, one.is_return) for one in ordered]
