"""Is a model served what it was trained on? (G4)

For each feature of the training snapshot, compare what serving would compute with what the model was trained on. An
ERROR or a WARNING blocks. An INFO says that the definition changed without changing what it computes.
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


class UsedFeature(NamedTuple):
    """One feature of a snapshot: the version trained on, the version that would serve, and whether a pin decides that."""

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
        """Identifies this conflict; a later conflict of the same feature has another key."""
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


def conflicts(snapshot: Iterable[UsedFeature] | None, *, uses_no_features: bool = False) -> tuple[Conflict, ...]:
    """Every conflict of a model version; without any, the gate opens.

    ``snapshot`` is None if none was recorded. An empty one blocks too, unless the model was registered with the
    explicit statement that it uses no registered features.

    >>> conflicts(None)[0].issue
    'No training snapshot was recorded, so nobody can tell what this model was trained on.'
    """
    if snapshot is None:
        return (
            _version_conflict("No training snapshot was recorded, so nobody can tell what this model was trained on."),
        )
    used = tuple(snapshot)
    if not used and not uses_no_features:
        return (
            _version_conflict(
                "The training snapshot is empty. Record the features, or register that the model uses none."
            ),
        )
    return tuple(conflict for feature in used if (conflict := _conflict(feature)))


def _version_conflict(issue: str) -> Conflict:
    return Conflict("", Severity.ERROR, issue, None, None)


def _conflict(used: UsedFeature) -> Conflict | None:
    trained, served = used.trained, used.served
    if trained is None or served is None:
        issue = (
            "The version trained on is unknown." if trained is None else "The feature has no current version to serve."
        )
        return Conflict(used.feature, Severity.ERROR, issue, trained and trained.name, served and served.name)
    if trained.name == served.name:
        return None
    change = changes(trained.definition, served.definition)
    if trained.equivalence == served.equivalence:
        issue = "The definition was rewritten since training, but computes the same."
        return Conflict(used.feature, Severity.INFO, issue, trained.name, served.name, change)
    reason = "is pinned to a different version" if used.pinned else "changed since training"
    issue = f"The definition {reason}: {', '.join(change.words)}."
    return Conflict(used.feature, Severity.WARNING, issue, trained.name, served.name, change)
