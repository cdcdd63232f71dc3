"""Promotion policies: what evaluation results must show before a model version serves (G6).

The platform sets checks for every model type. A team adds its own and may tighten a check of the platform, never
loosen it. A metric that was not measured fails its check. A fairness figure is computed from the rates of the groups in
the column that the slice names.

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
from registry.versions.rules.overrides import Cause

OPERATORS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
PASSED, FAILED, MISSING = "passed", "failed", "missing"
MOST_CHECKS, MOST_GROUPS, LONGEST_NAME = 100, 50, 120


class Check(NamedTuple):
    """One condition on one metric, over all rows or one slice; ``required`` is false for a check that only informs.

    On fairness: ``slice`` names the column of the groups, and ``groups`` those that must be reported.
    """

    metric: str
    slice: str
    operator: str
    threshold: float
    required: bool = True
    groups: tuple[str, ...] = ()

    @property
    def is_fairness(self) -> bool:
        return self.metric in FIGURES

    @property
    def about(self) -> tuple[str, str, str]:
        """What the check is about: the metric, the slice, and which direction is better."""
        return self.metric, self.slice, self.operator[0]

    def __str__(self) -> str:
        on = f" {'by' if self.is_fairness else 'on'} {self.slice}" if self.slice else ""
        named = f" ({', '.join(self.groups)})" if self.groups else ""
        return f"{self.metric}{on}{named} {self.operator} {self.threshold:g}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON; without `groups` if the check names none."""
        fields = self._asdict()
        return (
            fields | {"groups": list(self.groups)}
            if self.groups
            else {k: v for k, v in fields.items() if k != "groups"}
        )


class CheckResult(NamedTuple):
    """A check and what was observed; ``observed`` is None if it was not measured."""

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
        observation = f"was not measured ({why})" if self.observed is None else f"is {self.observed:g}"
        whose = f" of {self.owner}" if self.owner else ""
        return f"Policy {self.policy} v{self.policy_version}{whose} requires {self.check}; it {observation}."

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
) -> list[CheckResult]:
    """Evaluate every check against the results, ``{(metric, slice): value}``; a missing or undefined value never passes.

    ``owner``: the team that owns the policy, if it is not the model's.
    """
    return [
        CheckResult(check, seen.value, _outcome(check, seen.value), policy, version, owner, seen.lacking)
        for check in checks
        for seen in [_observed(check, results)]
    ]


def name_only_cause(policy: str, version: int, features: Sequence[str]) -> Cause:
    """What closes the gate where a policy refuses features that are compared by their name only.

    >>> name_only_cause("strict", 2, ["amount"]).sentence
    'Policy strict v2 refuses features compared by name only: amount. Describe the upstream of their source tables.'
    """
    names = ", ".join(features)
    sentence = f"Policy {policy} v{version} refuses features compared by name only: {names}. "
    return Cause(
        f"name_only:{policy}:{version}:{','.join(features)}",
        f"{sentence}Describe the upstream of their source tables.",
    )


def looser(own: Sequence[Check], defaults: Sequence[Check]) -> list[tuple[Check, Check]]:
    """The team's checks that are looser than the platform's on the same metric and slice, each with the platform's.

    >>> looser([Check("mape", "", "<=", 0.2)], [Check("mape", "", "<=", 0.15)])[0][1].threshold
    0.15
    """
    by_about = {check.about: check for check in defaults}
    return [(check, default) for check in own if (default := by_about.get(check.about)) and _loosens(check, default)]


def faults(checks: Any) -> list[tuple[str, str, str]]:
    """Everything wrong with the checks of a request: field, code, sentence."""
    if not isinstance(checks, list) or not checks:
        return [("checks", "missing", "`checks` is empty. Give at least one check: metric, operator, threshold.")]
    if len(checks) > MOST_CHECKS:
        return [("checks", "too_many", f"The policy has {len(checks)} checks. At most {MOST_CHECKS} are allowed.")]
    wrong = [fault for index, check in enumerate(checks) for fault in _check_faults(f"checks.{index}", check)]
    if not wrong:
        about = [check.about for check in map(parse, checks)]
        twice = {subject for subject in about if about.count(subject) > 1}
        wrong = [
            ("checks", "duplicate", f"{metric} has two checks of the same kind.") for metric, _, _ in sorted(twice)
        ]
    return wrong


def parse(content: Mapping[str, Any]) -> Check:
    """A check from its JSON, in which `faults` saw nothing wrong."""
    return Check(
        content["metric"], content.get("slice") or "", content["operator"], float(content["threshold"]),
        bool(content.get("required", True)), tuple(content.get("groups") or ()),
    )  # fmt: skip


def _observed(check: Check, results: Mapping[tuple[str, str], float]) -> Observed:
    if check.is_fairness:
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


def _check_faults(here: str, content: Any) -> list[tuple[str, str, str]]:
    if not isinstance(content, dict):
        return [(here, "malformed", "A check must be an object with metric, operator and threshold.")]
    wrong = []
    for name in ("metric", "slice"):
        text = content.get(name, "")
        if not isinstance(text, str) or len(text) > LONGEST_NAME or (name == "metric" and not text.strip()):
            sentence = f"Give a {name} as text of at most {LONGEST_NAME} characters."
            wrong.append((f"{here}.{name}", "malformed", sentence))
    sign = content.get("operator")
    if not isinstance(sign, str) or sign not in OPERATORS:
        sentence = f"{sign!r:.40} is not an operator. Choose from {', '.join(OPERATORS)}."
        wrong.append((f"{here}.operator", "unknown", sentence))
    threshold = content.get("threshold")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not math.isfinite(threshold):
        wrong.append((f"{here}.threshold", "malformed", f"{threshold!r:.40} is not a number. Give a finite number."))
    required = content.get("required", True)
    if not isinstance(required, bool):
        wrong.append((f"{here}.required", "malformed", f"{required!r:.40} is not a truth value. Give true or false."))
    return wrong + _group_faults(here, content)


def _group_faults(here: str, content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    groups, by = content.get("groups") or [], content.get("slice") or ""
    if content.get("metric") not in FIGURES:
        sentence = f"{content.get('metric')!r:.40} is not a fairness figure, so it has no groups."
        return [(f"{here}.groups", "meaningless", sentence)] if groups else []
    wrong = []
    if not by or not isinstance(by, str) or "=" in by:
        sentence = "Name the column whose groups are compared, for example age_band."
        wrong.append((f"{here}.slice", "malformed", sentence))
    well_formed = isinstance(groups, list | tuple) and len(groups) <= MOST_GROUPS
    if not well_formed or not all(isinstance(group, str) and 0 < len(group) <= LONGEST_NAME for group in groups):
        sentence = f"Name at most {MOST_GROUPS} groups, each as text of 1 to {LONGEST_NAME} characters."
        wrong.append((f"{here}.groups", "malformed", sentence))
    return wrong
