"""Whether the next version of a policy is looser than the one in force: then it waits for another person (G6).

Looser means: there is a model version, with its evaluation results and those of the version that serves, that the next
version lets pass and the one in force does not. Making a check optional or removing it, a threshold that moves the easy
way, `<` that becomes `<=`, fewer groups, a larger ``max_worse``, no comparison with what serves any more, and fewer models
that it applies to are the ways. A check that is replaced by a stricter one is none.

>>> before = Terms((Check("auc", "", ">=", 0.75),))
>>> loosened(before, Terms((Check("auc", "", ">=", 0.1),)))
('auc >= 0.75 becomes auc >= 0.1',)
>>> loosened(before, Terms((Check("auc", "", ">", 0.8), Check("mape", "", "<=", 0.2))))
()
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.versions.rules.metrics import CATALOGUE, MAIN, MAIN_METRICS, type_of
from registry.versions.rules.policy_checks import Check


class Terms(NamedTuple):
    """What a version of a policy requires, and of which models."""

    checks: tuple[Check, ...] = ()
    model_type: str = ""
    subject_team: str = ""
    on_registration: bool = False
    regulated: bool = False
    refuses_name_only: bool = False
    retired: bool = False

    @property
    def required(self) -> list[Check]:
        return [check for check in self.checks if check.required]

    @property
    def requires_something(self) -> bool:
        return not self.retired and bool(self.required or self.refuses_name_only)


class Difference(NamedTuple):
    """One thing that the next version of a policy changes, before and after in words."""

    what: str
    before: str
    after: str


class Interval(NamedTuple):
    """The values that pass: between two bounds, each of which may itself be left out."""

    low: float = -math.inf
    low_open: bool = False
    high: float = math.inf
    high_open: bool = False

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def narrowed(self, operator: str, threshold: float) -> Interval:
        """The values of it that fulfil a condition too."""
        is_open = len(operator) == 1
        if operator[0] == "<":
            high, high_open = min((self.high, not self.high_open), (threshold, not is_open))
            return self._replace(high=high, high_open=not high_open)
        low, low_open = max((self.low, self.low_open), (threshold, is_open))
        return self._replace(low=low, low_open=low_open)

    def fulfils(self, operator: str, threshold: float) -> bool:
        """Whether every value of it fulfils a condition."""
        return self.narrowed(operator, threshold) == self


def loosened(before: Terms, after: Terms) -> tuple[str, ...]:
    """In which ways the next version is looser, as sentences without their full stops; none where it is not."""
    if before.retired:
        return ()
    if after.retired:
        return ("The policy is retired and requires nothing any more",)
    if not before.requires_something:
        return ()
    return (*_scope_lost(before, after), *_requirements_lost(before, after))


def differences(before: Terms, after: Terms) -> tuple[Difference, ...]:
    """Everything that changes, in words, whichever way it goes."""
    rows = [
        ("State", *("retired" if terms.retired else "in force" for terms in (before, after))),
        ("Models of", *(terms.subject_team or "every team" for terms in (before, after))),
        ("Model type", *(terms.model_type or "every type" for terms in (before, after))),
        ("Only regulated models", *("yes" if terms.regulated else "no" for terms in (before, after))),
        ("At every registration", *("yes" if terms.on_registration else "no" for terms in (before, after))),
        ("Features by name only", *("refused" if terms.refuses_name_only else "allowed" for terms in (before, after))),
        ("Checks", *("; ".join(map(_described, terms.checks)) or "none" for terms in (before, after))),
    ]
    return tuple(Difference(*row) for row in rows if row[1] != row[2])


# What each setting of the gates does, on and off; on is the tighter of the two.
SETTINGS: dict[str, tuple[str, str, str]] = {
    "skew_closes_gate": ("Serving skew of a definition", "closes the gate", "opens an alert only"),
    "parity_first_in_production": ("Parity first in production", "on", "off"),
}


def settings_loosened(before: Mapping[str, bool], after: Mapping[str, bool]) -> tuple[str, ...]:
    """In which ways the next settings of the gates are looser: a setting that is on and gets off."""
    off = [name for name in SETTINGS if before[name] and not after[name]]
    return tuple(f"{SETTINGS[name][0]}: {SETTINGS[name][2]}" for name in off)


def settings_differences(before: Mapping[str, bool], after: Mapping[str, bool]) -> tuple[Difference, ...]:
    """Everything that changes in the settings of the gates, in words."""
    return tuple(
        Difference(what, *(on if values[name] else off for values in (before, after)))
        for name, (what, on, off) in SETTINGS.items()
        if before[name] != after[name]
    )


def _described(check: Check) -> str:
    return f"{check}" if check.required else f"{check} (informational)"


def _scope_lost(before: Terms, after: Terms) -> Iterator[str]:
    """Models, and moments, that the next version leaves out."""
    if after.subject_team not in ("", before.subject_team):
        yield f"It applies to the models of {after.subject_team} only, no longer to those of {before.subject_team or 'every team'}"
    if after.model_type not in ("", before.model_type):
        yield f"It applies to the type {after.model_type} only, no longer to {before.model_type or 'every type'}"
    if after.regulated and not before.regulated:
        yield "It applies to regulated models only"
    if before.on_registration and not after.on_registration:
        yield "It is no longer checked at every registration"


def _requirements_lost(before: Terms, after: Terms) -> Iterator[str]:
    """What the next version requires no longer, of the models that it applies to."""
    by_subject = _by_subject(after.required)
    if any(_passing(checks).is_empty for checks in by_subject.values()):
        return  # nothing passes it
    if before.refuses_name_only and not after.refuses_name_only:
        yield "Features that are compared by their name only are allowed"
    for check in before.required:
        if not _implied(check, by_subject, before.model_type):
            yield _lost(check, after.checks)


def contradictory(checks: Iterable[Check]) -> list[list[Check]]:
    """The required checks of a metric and slice that no value passes together, for each such metric and slice.

    >>> [str(check) for check in contradictory([Check("auc", "", ">=", 0.9), Check("auc", "", "<=", 0.1)])[0]]
    ['auc >= 0.9', 'auc <= 0.1']
    """
    by_subject = _by_subject(check for check in checks if check.required)
    return [alike for alike in by_subject.values() if _passing(alike).is_empty]


def _by_subject(checks: Iterable[Check]) -> dict[tuple[str, str], list[Check]]:
    by_subject: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        by_subject.setdefault((check.metric, check.slice), []).append(check)
    return by_subject


def _passing(checks: Iterable[Check]) -> Interval:
    """The values of one metric that may pass checks on it; one that compares takes only what its metric can be."""
    interval = Interval()
    for check in checks:
        if not check.baseline:
            interval = interval.narrowed(check.operator, check.threshold)
        elif check.metric != MAIN:
            interval = interval.narrowed(*((">=", 0.0) if CATALOGUE[check.metric] else ("<=", 1.0)))
    return interval


def _implied(check: Check, by_subject: dict[tuple[str, str], list[Check]], model_type: str) -> bool:
    """Whether whatever passes the next checks passes this one."""
    on_it = by_subject.get((check.metric, check.slice), [])
    if check.baseline:
        alike = [each for each in on_it if each.baseline]
        if check.metric == MAIN and model_type:
            first = MAIN_METRICS[type_of(model_type)][0]
            alike += [each for each in by_subject.get((first, check.slice), []) if each.baseline]
        as_strict = any(each.max_worse <= check.max_worse for each in alike)
        return as_strict or (bool(alike) and check.metric != MAIN and _is_faultless(check.metric, on_it))
    groups = {group for each in on_it for group in each.groups}
    return bool(on_it) and set(check.groups) <= groups and _passing(on_it).fulfils(check.operator, check.threshold)


def _is_faultless(metric: str, checks: Iterable[Check]) -> bool:
    """Whether only values without any error pass, which no comparison can fail."""
    interval = _passing(checks)
    return interval.high <= 0 if CATALOGUE[metric] else interval.low >= 1


def _lost(check: Check, after: Sequence[Check]) -> str:
    """What becomes of a check that the next version does not keep."""
    same = next((each for each in after if each.about == check.about), None)
    if same is None:
        return f"{check} is no longer required"
    return f"{check} becomes {_described(same)}"
