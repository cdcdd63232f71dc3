"""Is a model served what it was trained on? (G4)

For each feature of the training snapshot: what serving would compute, against what the model was trained on. An
ERROR or a WARNING blocks; an INFO says that the definition moved without changing what it computes.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from registry.compute.definition import Version
from registry.features.rules.change import Changes, changes


class Severity(StrEnum):
    """How bad a conflict is; the first two block."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


class Used(NamedTuple):
    """One feature of a snapshot: the version trained on, what serving would compute, and whether a pin says so."""

    feature: str
    trained: Version | None
    served: Version | None
    pinned: bool = False


class Conflict(NamedTuple):
    """One reason why serving would differ from training."""

    feature: str
    severity: Severity
    issue: str
    trained_on: str | None
    current: str | None
    change: Changes = Changes()

    @property
    def blocks(self) -> bool:
        return self.severity is not Severity.INFO

    @property
    def key(self) -> str:
        """What tells this conflict from any other, later ones of the same feature included."""
        return f"{self.feature}:{self.trained_on or '-'}>{self.current or '-'}"

    def as_dict(self) -> dict[str, Any]:
        return {
            "feature": self.feature,
            "severity": str(self.severity),
            "issue": self.issue,
            "trained_on": self.trained_on,
            "current": self.current,
            "logic_change": self.change.logic is not None,
            "null_handling_change": self.change.null_handling is not None,
            "data_type_change": self.change.data_type is not None,
            "source_table_change": self.change.source_table is not None,
        }


def conflicts(snapshot: Iterable[Used] | None, *, uses_no_features: bool = False) -> tuple[Conflict, ...]:
    """Every conflict of a model version; none is what lets the gate open.

    ``snapshot`` is None where none was recorded. An empty one blocks too, unless the model was registered with the
    explicit statement that it uses no registered features.

    >>> conflicts(None)[0].issue
    'No training snapshot: nobody can tell what this model was trained on.'
    """
    if snapshot is None:
        return (_whole("No training snapshot: nobody can tell what this model was trained on."),)
    used = tuple(snapshot)
    if not used and not uses_no_features:
        return (_whole("The training snapshot is empty: record the features, or register that the model uses none."),)
    return tuple(conflict for one in used if (conflict := _conflict(one)))


def _whole(issue: str) -> Conflict:
    return Conflict("", Severity.ERROR, issue, None, None)


def _conflict(used: Used) -> Conflict | None:
    trained, served = used.trained, used.served
    if trained is None or served is None:
        issue = "The version trained on is unknown." if trained is None else "The feature has no version to serve."
        return Conflict(used.feature, Severity.ERROR, issue, trained and trained.name, served and served.name)
    if trained.name == served.name:
        return None
    change = changes(trained.definition, served.definition)
    if trained.equivalence == served.equivalence:
        issue = "The definition was rewritten since training and computes the same."
        return Conflict(used.feature, Severity.INFO, issue, trained.name, served.name, change)
    by = "is pinned to another" if used.pinned else "changed since training"
    issue = f"The definition {by}: {', '.join(change.words)}."
    return Conflict(used.feature, Severity.WARNING, issue, trained.name, served.name, change)
