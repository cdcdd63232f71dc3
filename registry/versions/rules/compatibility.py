"""Is a model served what it was trained on? (G4)

For each feature of the training snapshot, compare what serving would compute with what the model was trained on: its
definition, and the source table that the definition is computed from. Each of the two is a conflict of its own, so that an
override covers one of them. An ERROR or a WARNING blocks. An INFO says that the definition changed without changing what it
computes, or what cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from registry.compute.definition import Version
from registry.data.rules import source
from registry.data.rules.source import SourceVersion
from registry.features.rules.change import Changes, changes
from registry.features.rules.parity_evidence import Pair, ParityRun


class Severity(StrEnum):
    """How bad a conflict is; the first two block."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


REPORTED = "Lineage events report a change of source table"


class UsedFeature(NamedTuple):
    """One feature of a snapshot: the version trained on, the version that would serve, and whether a pin decides that.

    ``by_name``: the version trained on names a column whose upstream nobody described. ``run``: the newest parity run
    of the two versions. ``trained_source``: the source table as it was in force at training, ``source`` as it is now;
    ``reported`` is what lineage events report of it and its owners have not decided.
    """

    feature: str
    trained: Version | None
    served: Version | None
    pinned: bool = False
    by_name: bool = False
    run: ParityRun | None = None
    trained_source: SourceVersion | None = None
    source: SourceVersion | None = None
    reported: str = ""

    @property
    def differs(self) -> bool:
        """Whether both versions are known and have another meaning by their definitions."""
        return bool(self.trained and self.served) and not self._is_equivalent

    @property
    def pair(self) -> Pair:
        """The two versions, for looking up their parity runs; only where both are known."""
        assert self.trained is not None
        assert self.served is not None
        return Pair(self.feature, self.trained.name, self.served.name, self.trained.definition.source_table)

    @property
    def _is_equivalent(self) -> bool:
        trained, served = self.trained, self.served
        if trained is None or served is None:
            return False
        return trained.name == served.name or trained.equivalence == served.equivalence


class Author(NamedTuple):
    """Who made the version current that would serve, or pinned it; when, and with which reason."""

    name: str = ""
    at: datetime | None = None
    reason: str = ""


class SourceChange(NamedTuple):
    """A source table that changed since training: as it was then and as it is now."""

    before: SourceVersion
    after: SourceVersion

    @property
    def key(self) -> str:
        return f"{self.after.table}@{self.before.name}>{self.after.name}"

    def as_dict(self) -> dict[str, list[Any]]:
        return {part: list(sides) for part, sides in source.changes(self.before.source, self.after.source).items()}


class Conflict(NamedTuple):
    """One reason why serving would differ from training, or something to know about the comparison."""

    feature: str
    severity: Severity
    issue: str
    trained_on: str | None
    current: str | None
    change: Changes = Changes()
    run: ParityRun | None = None
    author: Author = Author()
    overridable: bool = True
    source: SourceChange | None = None

    @property
    def blocks(self) -> bool:
        return self.severity is not Severity.INFO

    @property
    def key(self) -> str:
        """Identifies this conflict; a later conflict of the same feature has another key."""
        if self.source:
            return f"{self.feature}:{self.source.key}"
        return f"{self.feature}:{self.trained_on or '-'}>{self.current or '-'}"

    def as_dict(self) -> dict[str, Any]:
        run, author = self.run, self.author
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
            "source_change": self.source.as_dict() if self.source else None,
            "changes": self.change.as_dict(),
            "changed_by": author.name or None,
            "changed_at": author.at.isoformat() if author.at else None,
            "reason": author.reason or None,
            "run": run.run if run else None,
            "rows_differ": run.rows_differ if run else None,
            "rows": run.rows if run else None,
            "overridable": self.overridable,
        }


class RestsOn(NamedTuple):
    """How many features were compared by their definition, by a parity check that passed, and by nothing but a name."""

    definition: int = 0
    parity: int = 0
    nothing: int = 0


class NoFeatures(NamedTuple):
    """The statement that a model version uses no registered features. ``confirmed_by`` is None until a second person has
    confirmed it, and empty where it was stated before one had to."""

    stated_by: str
    confirmed_by: str | None


def conflicts(snapshot: Iterable[UsedFeature] | None, *, no_features: NoFeatures | None = None) -> tuple[Conflict, ...]:
    """Every conflict of a model version, those that block first; without any that blocks, the gate opens.

    ``snapshot`` is None if none was recorded. An empty one blocks too, unless the version was registered with the
    statement that it uses no registered features, and a second person confirmed that.

    >>> conflicts(None)[0].issue
    'No training snapshot was recorded, so nobody can tell what this model was trained on.'
    """
    if snapshot is None:
        return (
            _version_conflict("No training snapshot was recorded, so nobody can tell what this model was trained on."),
        )
    used = tuple(snapshot)
    if not used:
        return (_without_features(no_features),)
    every = [conflict for feature in used for conflict in (_conflict(feature), _source_conflict(feature)) if conflict]
    return (*sorted(every, key=lambda conflict: not conflict.blocks), *_reported(used))


def _reported(used: Iterable[UsedFeature]) -> Iterable[Conflict]:
    """What lineage events report of the source tables and their owners have not decided: it blocks nothing, and is named."""
    tables = {entry.source.table: entry.reported for entry in used if entry.source and entry.reported}
    for table, sentence in tables.items():
        yield Conflict("", Severity.INFO, f"{REPORTED} {table} that waits for its owners: {sentence}", None, None)


def rests_on(snapshot: Iterable[UsedFeature]) -> RestsOn:
    """What the comparison of each feature rests on.

    >>> rests_on([])
    RestsOn(definition=0, parity=0, nothing=0)
    """
    bases = [_basis(used) for used in snapshot]
    return RestsOn(*(bases.count(basis) for basis in RestsOn._fields))


def compared_by_name(snapshot: Iterable[UsedFeature]) -> tuple[str, ...]:
    """The features whose comparison rests on nothing but their name."""
    return tuple(used.feature for used in snapshot if _basis(used) == "nothing")


def _basis(used: UsedFeature) -> str:
    if used.run and used.run.is_evidence:
        return "parity"
    known = used.trained is not None and used.served is not None
    return "definition" if known and (used.differs or not used.by_name) else "nothing"


def _version_conflict(issue: str) -> Conflict:
    return Conflict("", Severity.ERROR, issue, None, None)


def _without_features(statement: NoFeatures | None) -> Conflict:
    if statement is None:
        return _version_conflict(
            "The training snapshot is empty. Record the features, or register that the model uses none."
        )
    nothing = "No features declared: nothing can be compared."
    if statement.confirmed_by is None:
        issue = (
            f"{nothing} {statement.stated_by} stated it; an approver other than {statement.stated_by} must confirm it."
        )
        return _version_conflict(issue)._replace(overridable=False)
    by = f"{statement.stated_by} stated it and {statement.confirmed_by} confirmed it."
    before = "It was stated before a second person had to confirm it."
    return Conflict("", Severity.INFO, f"{nothing} {by if statement.confirmed_by else before}", None, None)


def _conflict(used: UsedFeature) -> Conflict | None:
    trained, served = used.trained, used.served
    if trained is None or served is None:
        issue = (
            "The version trained on is unknown." if trained is None else "The feature has no current version to serve."
        )
        return Conflict(used.feature, Severity.ERROR, issue, trained and trained.name, served and served.name)
    if trained.name == served.name:
        return None
    change = changes(trained.definition, served.definition, served.dialect)
    severity, issue = Severity.INFO, "The definition was rewritten since training, but computes the same."
    if used.differs:
        severity, issue = _difference(used, change)
    return Conflict(used.feature, severity, issue, trained.name, served.name, change, used.run)


def _source_conflict(used: UsedFeature) -> Conflict | None:
    change = source_change(used.trained_source, used.source)
    if change is None or used.trained is None or used.served is None:
        return None
    before, after = change
    issue = f"Its source table {after.table} changed since training: {source.sentence(before.source, after.source)}."
    if used.pinned:
        issue += " The pin does not cover this: it keeps the definition, not the table."
    return Conflict(used.feature, Severity.WARNING, issue, used.trained.name, used.served.name, source=change)


def source_change(before: SourceVersion | None, after: SourceVersion | None) -> SourceChange | None:
    """How a source table changed since training; None where it did not, or where nobody described it."""
    if before is None or after is None or before.table != after.table or before.name == after.name:
        return None
    return SourceChange(before, after) if source.changes(before.source, after.source) else None


def _difference(used: UsedFeature, change: Changes) -> tuple[Severity, str]:
    reason = "is pinned to a different version" if used.pinned else "changed since training"
    sentence = f"The definition {reason}: {', '.join(change.words)}"
    if used.run and used.run.is_evidence:
        rows = f"all {used.run.rows:,} rows" if used.run.rows else "all rows"
        return Severity.INFO, f"{sentence}. Parity run {used.run.run} showed that {rows} are equal."
    return Severity.WARNING, f"{sentence}."
