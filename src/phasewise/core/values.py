"""Value classes that are made by the hundred thousand, in `model` and `rules`, or by the hundred for a page.

To the type checker they are frozen dataclasses, so nothing assigns to them. At run time that check is left
out: making a frozen one costs four times as much, which was a tenth of a whole synchronisation or page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """As `dataclass(frozen=..., slots=...)`, hashed by its fields, without the check on assignment."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["value"]
