"""Promotion policies: what evaluation results must show before a model version serves (G6).

The platform sets checks for every model type; a team adds its own and may tighten a check of the platform, never
loosen it. A metric that was not measured fails its check.

>>> check = Check("mape", "", "<=", 0.15)
>>> judge([check], {("mape", ""): 0.118})[0].outcome, judge([check], {})[0].outcome
('passed', 'missing')
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

OPERATORS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
PASSED, FAILED, MISSING = "passed", "failed", "missing"
MOST_CHECKS, LONGEST_NAME = 100, 120


class Check(NamedTuple):
    """One condition on one metric, over all rows or one slice; ``required`` is false for a check that only informs."""

    metric: str
    slice: str
    operator: str
    threshold: float
    required: bool = True

    @property
    def about(self) -> tuple[str, str, str]:
        """What it speaks of: the metric, the slice, and which way is better."""
        return self.metric, self.slice, self.operator[0]

    def __str__(self) -> str:
        on = f" on {self.slice}" if self.slice else ""
        return f"{self.metric}{on} {self.operator} {self.threshold:g}"


class Judged(NamedTuple):
    """A check with what was observed: None, where nobody measured it."""

    check: Check
    observed: float | None
    outcome: str
    policy: str = ""
    policy_version: int = 0

    @property
    def closes(self) -> bool:
        return self.check.required and self.outcome != PASSED

    @property
    def sentence(self) -> str:
        told = f"was not measured ({self.check.metric})" if self.observed is None else f"is {self.observed:g}"
        return f"Policy {self.policy} v{self.policy_version} asks for {self.check}; it {told}."

    @property
    def key(self) -> str:
        return f"policy:{self.policy}:{self.policy_version}:{self.check.metric}:{self.check.slice}:{self.observed}"

    def as_dict(self) -> dict[str, Any]:
        return self.check._asdict() | {
            "observed": self.observed,
            "outcome": self.outcome,
            "policy": self.policy,
            "policy_version": self.policy_version,
        }


def judge(
    checks: Iterable[Check], results: Mapping[tuple[str, str], float], *, policy: str = "", version: int = 0
) -> list[Judged]:
    """Hold every check against the results, ``{(metric, slice): value}``; a missing or undefined one never passes."""
    return [
        Judged(check, observed, _outcome(check, observed), policy, version)
        for check in checks
        for observed in [results.get((check.metric, check.slice))]
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
        bool(given.get("required", True)),
    )  # fmt: skip


def _outcome(check: Check, observed: float | None) -> str:
    if observed is None or math.isnan(observed):
        return MISSING
    return PASSED if OPERATORS[check.operator](observed, check.threshold) else FAILED


def _loosens(check: Check, default: Check) -> bool:
    if default.required and not check.required:
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
    return found
