"""Promotion policies: what evaluation results must show before a model version serves (G6).

The platform sets checks for every model type; a team adds its own and may tighten a check of the platform, never
loosen it. A metric that was not measured fails its check. A figure of fairness is checked over the groups of the column
that the slice names, and computed from their rates.

>>> check = Check("mape", "", "<=", 0.15)
>>> judge([check], {("mape", ""): 0.118})[0].outcome, judge([check], {})[0].outcome
('passed', 'missing')
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute.stats.fairness import FIGURES
from registry.versions.rules.fairness import Observed, observe

OPERATORS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
PASSED, FAILED, MISSING = "passed", "failed", "missing"
MOST_CHECKS, MOST_GROUPS, LONGEST_NAME = 100, 50, 120


class Check(NamedTuple):
    """One condition on one metric, over all rows or one slice; ``required`` is false for a check that only informs.

    Of fairness: ``slice`` names the column of the groups, and ``groups`` those that must be told of.
    """

    metric: str
    slice: str
    operator: str
    threshold: float
    required: bool = True
    groups: tuple[str, ...] = ()

    @property
    def is_of_fairness(self) -> bool:
        return self.metric in FIGURES

    @property
    def about(self) -> tuple[str, str, str]:
        """What it speaks of: the metric, the slice, and which way is better."""
        return self.metric, self.slice, self.operator[0]

    def __str__(self) -> str:
        on = f" {'by' if self.is_of_fairness else 'on'} {self.slice}" if self.slice else ""
        named = f" ({', '.join(self.groups)})" if self.groups else ""
        return f"{self.metric}{on}{named} {self.operator} {self.threshold:g}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it; one that names no groups has none."""
        told = self._asdict()
        return told | {"groups": list(self.groups)} if self.groups else {k: v for k, v in told.items() if k != "groups"}


class Judged(NamedTuple):
    """A check with what was observed: None, where nobody measured it."""

    check: Check
    observed: float | None
    outcome: str
    policy: str = ""
    policy_version: int = 0
    owner: str = ""
    lacking: str = ""

    @property
    def closes(self) -> bool:
        return self.check.required and self.outcome != PASSED

    @property
    def sentence(self) -> str:
        why = self.lacking or self.check.metric
        told = f"was not measured ({why})" if self.observed is None else f"is {self.observed:g}"
        whose = f" of {self.owner}" if self.owner else ""
        return f"Policy {self.policy} v{self.policy_version}{whose} asks for {self.check}; it {told}."

    @property
    def key(self) -> str:
        return f"policy:{self.policy}:{self.policy_version}:{self.check.metric}:{self.check.slice}:{self.observed}"

    def as_dict(self) -> dict[str, Any]:
        return self.check.as_dict() | {
            "observed": self.observed,
            "outcome": self.outcome,
            "policy": self.policy,
            "policy_version": self.policy_version,
            **({"owner_team": self.owner} if self.owner else {}),
            **({"lacking": self.lacking} if self.lacking else {}),
        }


def judge(
    checks: Iterable[Check],
    results: Mapping[tuple[str, str], float],
    *,
    policy: str = "",
    version: int = 0,
    owner: str = "",
) -> list[Judged]:
    """Hold every check against the results, ``{(metric, slice): value}``; a missing or undefined one never passes.

    ``owner``: the team whose policy it is, where it is another than the model's.
    """
    return [
        Judged(check, seen.value, _outcome(check, seen.value), policy, version, owner, seen.lacking)
        for check in checks
        for seen in [_observed(check, results)]
    ]


def looser(own: Sequence[Check], defaults: Sequence[Check]) -> list[tuple[Check, Check]]:
    """The team's checks that ask for less than the platform's on the same metric and slice, each with the platform's.

    >>> looser([Check("mape", "", "<=", 0.2)], [Check("mape", "", "<=", 0.15)])[0][1].threshold
    0.15
    """
    by_about = {check.about: check for check in defaults}
    return [(check, default) for check in own if (default := by_about.get(check.about)) and _loosens(check, default)]


def faults(given: Any) -> list[tuple[str, str, str]]:
    """Everything that is wrong with checks as they came: field, code, sentence."""
    if not isinstance(given, list) or not given:
        return [("checks", "missing", "Give at least one check: metric, operator, threshold.")]
    if len(given) > MOST_CHECKS:
        return [("checks", "too_many", f"A policy has {MOST_CHECKS} checks at most.")]
    found = [fault for index, one in enumerate(given) for fault in _check_faults(f"checks.{index}", one)]
    if not found:
        about = [check.about for check in map(parse, given)]
        twice = {one for one in about if about.count(one) > 1}
        found = [("checks", "duplicate", f"{metric} is checked twice the same way.") for metric, _, _ in sorted(twice)]
    return found


def parse(given: Mapping[str, Any]) -> Check:
    """A check from its JSON, which `faults` found nothing wrong with."""
    return Check(
        given["metric"], given.get("slice") or "", given["operator"], float(given["threshold"]),
        bool(given.get("required", True)), tuple(given.get("groups") or ()),
    )  # fmt: skip


def _observed(check: Check, results: Mapping[tuple[str, str], float]) -> Observed:
    if check.is_of_fairness:
        return observe(check.metric, check.slice, results, groups=check.groups)
    return Observed(results.get((check.metric, check.slice)))


def _outcome(check: Check, observed: float | None) -> str:
    if observed is None or math.isnan(observed):
        return MISSING
    return PASSED if OPERATORS[check.operator](observed, check.threshold) else FAILED


def _loosens(check: Check, default: Check) -> bool:
    if (default.required and not check.required) or not set(default.groups) <= set(check.groups):
        return True
    if check.threshold != default.threshold:
        less_is_better = check.operator[0] == "<"
        return (check.threshold > default.threshold) == less_is_better
    return len(check.operator) > len(default.operator)  # <= where the platform says <


def _check_faults(here: str, given: Any) -> list[tuple[str, str, str]]:
    if not isinstance(given, dict):
        return [(here, "malformed", "A check is an object: metric, operator, threshold.")]
    found = []
    for name in ("metric", "slice"):
        text = given.get(name, "")
        if not isinstance(text, str) or len(text) > LONGEST_NAME or (name == "metric" and not text.strip()):
            found.append((f"{here}.{name}", "malformed", f"Give a {name} of at most {LONGEST_NAME} characters."))
    if given.get("operator") not in OPERATORS:
        found.append((f"{here}.operator", "unknown", f"Choose one of {', '.join(OPERATORS)}."))
    threshold = given.get("threshold")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not math.isfinite(threshold):
        found.append((f"{here}.threshold", "malformed", "Give a number."))
    if not isinstance(given.get("required", True), bool):
        found.append((f"{here}.required", "malformed", "Say true or false."))
    return found + _group_faults(here, given)


def _group_faults(here: str, given: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    groups, by = given.get("groups") or [], given.get("slice") or ""
    if given.get("metric") not in FIGURES:
        return [(f"{here}.groups", "meaningless", "Only a figure of fairness has groups.")] if groups else []
    found = []
    if not by or not isinstance(by, str) or "=" in by:
        found.append((f"{here}.slice", "malformed", "Name the column whose groups are compared, such as age_band."))
    well_formed = isinstance(groups, list | tuple) and len(groups) <= MOST_GROUPS
    if not well_formed or not all(isinstance(group, str) and 0 < len(group) <= LONGEST_NAME for group in groups):
        found.append((f"{here}.groups", "malformed", f"Name {MOST_GROUPS} groups at most, each in a text."))
    return found
