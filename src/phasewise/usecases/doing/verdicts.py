"""What an attempt at an effect came to. `writing` and `mailing` reach one, `do_effects` records it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from phasewise.store.db import Connection
from phasewise.store.effects import Claimed, EffectState


class Confirm(Protocol):
    """Asked immediately before the last step: whether the claim is still ours. `noted` is kept for whoever
    tries it next; `is_sending`: from here on a mail may have arrived."""

    def __call__(self, *, noted: Mapping[str, Any] | None = None, is_sending: bool = False) -> bool: ...


class Doer(Protocol):
    """What does effects of some kinds."""

    def attempt(self, claimed: Claimed, confirm: Confirm) -> "Verdict":
        """Try it once. ClaimLostError where another node has it now."""


class ClaimLostError(Exception):
    """Another node has it now: nothing was done, and nothing is to be recorded."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` due: to be tried again, after `wait_seconds` where Jira asked for them. `holds` says what else
    has to wait so long: the `issue`, effects of the same `kind`, or all of the `site`. `note_too` is called
    with the connection that records it, and the site."""

    state: EffectState
    note: str | None = None
    result: Mapping[str, Any] | None = None
    wait_seconds: float | None = None
    holds: str | None = None
    note_too: Callable[[Connection, int], object] | None = None

    def noting(self, note_too: Callable[[Connection, int], object]) -> "Verdict":
        """The same, with something else that is written down along with it."""
        return replace(self, note_too=note_too)


def done(**result: Any) -> Verdict:
    return Verdict(EffectState.DONE, result=result)


def dropped(note: str) -> Verdict:
    """Nothing is left to be done, and that is no failure."""
    return Verdict(EffectState.DONE, note, {"dropped": True})


def failed(reason: str) -> Verdict:
    return Verdict(EffectState.FAILED, reason)


def unknown(reason: str) -> Verdict:
    return Verdict(EffectState.UNKNOWN, reason)


def later(reason: str, wait_seconds: float | None = None, holds: str | None = None) -> Verdict:
    return Verdict(EffectState.DUE, reason, wait_seconds=wait_seconds, holds=holds)
