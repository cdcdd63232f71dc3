"""How severe an event is, so that a destination can ask for what is severe enough. Pure: standard library alone.

The four words are those of PagerDuty's Events API, from the least severe to the most.

>>> severity_of("alert.opened", {"blocking": True}), severity_of("feature_version.registered", {})
(<Severity.CRITICAL: 'critical'>, <Severity.INFO: 'info'>)
>>> is_at_least("error", "warning"), is_at_least("info", "warning")
(True, False)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """From the least severe to the most."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


ORDER = tuple(Severity)
BY_NAME = {
    "gate.blocked": Severity.ERROR,
    "rollout.stopped": Severity.CRITICAL,
    "webhook.switched_off": Severity.ERROR,
    "initiative.overdue": Severity.WARNING,
    "user.locked_out": Severity.WARNING,
}
BY_NOUN = {"alert": Severity.WARNING, "health_alert": Severity.WARNING}
OF_SERVING = ("skew", "features", "traffic")  # findings: serving is not what training was
BAD_OUTCOMES = ("failed", "errored")  # of a check run


def severity_of(name: str, payload: Any) -> Severity:
    """The severity of an event: that of an alert stays the same when it is acknowledged or resolved."""
    content = payload if isinstance(payload, Mapping) else {}
    noun = name.partition(".")[0]
    if noun == "alert" and content.get("blocking"):
        return Severity.CRITICAL
    if noun == "alert" and content.get("finding") in OF_SERVING:
        return Severity.ERROR
    if name == "check_run.finished" and content.get("outcome") in BAD_OUTCOMES:
        return Severity.WARNING
    return BY_NAME.get(name) or BY_NOUN.get(noun, Severity.INFO)


def is_at_least(severity: str, least: str) -> bool:
    """Whether a severity reaches another."""
    return ORDER.index(Severity(severity)) >= ORDER.index(Severity(least))
