"""What of the records asks for somebody on a day. Called by usecases/records and reports."""

from collections.abc import Mapping
from enum import StrEnum


class DueKind(StrEnum):
    """A review to hold, a test to look at, a criterion to answer, a result to tell."""

    REVIEW = "review"
    CHECK_IN = "check_in"
    KILL_CRITERION = "kill_criterion"
    VERDICT = "verdict"


WHERE: Mapping[DueKind, str] = {
    DueKind.REVIEW: "deliverables",
    DueKind.CHECK_IN: "tests",
    DueKind.KILL_CRITERION: "decisions",
    DueKind.VERDICT: "results",
}
"""Which of the records of a project it is about: the last part of their address."""
