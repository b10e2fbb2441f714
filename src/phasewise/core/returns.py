"""Why a project went back to an earlier phase, in the four ways in which that happens. Chosen by people."""

from enum import StrEnum


class ReturnReason(StrEnum):
    DATA_WRONG = "data_wrong"
    METHOD_FAILED = "method_failed"
    GOAL_CHANGED = "goal_changed"
    PRODUCTION_LIMIT = "production_limit"
