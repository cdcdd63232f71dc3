"""The checks of a promotion policy: what they require, how they are written, and what may be wrong with them (G6).

A check is absolute, with an operator and a threshold, or compares with the version that serves now (`baseline: serving`):
at most ``max_worse`` of that version's error worse, in the direction that the catalogue of metrics gives.

>>> str(Check("mape", "region=north", "<=", 0.15)), str(Check("auc", baseline=SERVING, max_worse=0.02))
('mape on region=north <= 0.15', 'auc at most 2% of its error worse than what serves')
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any, NamedTuple

from registry.compute.stats.fairness import FIGURES
from registry.versions.rules.metrics import CATALOGUE, MAIN

OPERATORS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
SERVING = "serving"
MAX_WORSE = 0.02  # where a check with a baseline says nothing else
MOST_CHECKS, MOST_GROUPS, LONGEST_NAME = 100, 50, 120

CheckFault = tuple[str, str, str]  # field, code, sentence


class Check(NamedTuple):
    """One condition on one metric, over all rows or one slice; ``required`` is false for a check that only informs.

    With ``baseline`` it compares with the version that serves, and has neither operator nor threshold. On fairness:
    ``slice`` names the column of the groups, and ``groups`` those that must be reported.
    """

    metric: str
    slice: str = ""
    operator: str = ""
    threshold: float = 0.0
    required: bool = True
    groups: tuple[str, ...] = ()
    baseline: str = ""
    max_worse: float = 0.0

    @property
    def is_fairness(self) -> bool:
        return self.metric in FIGURES

    @property
    def about(self) -> tuple[str, str, str]:
        """What the check is about: the metric, the slice, and which direction is better or what it compares with."""
        return self.metric, self.slice, self.baseline or self.operator[0]

    def __str__(self) -> str:
        on = f" {'by' if self.is_fairness else 'on'} {self.slice}" if self.slice else ""
        if self.baseline:
            named = "main metric" if self.metric == MAIN else self.metric
            return f"{named}{on} at most {self.max_worse * 100:g}% of its error worse than what serves"
        groups = f" ({', '.join(self.groups)})" if self.groups else ""
        return f"{self.metric}{on}{groups} {self.operator} {self.threshold:g}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON: with what counts for this kind of check, and `groups` if it names some."""
        condition: dict[str, Any] = {"operator": self.operator, "threshold": self.threshold}
        if self.baseline:
            condition = {"baseline": self.baseline, "max_worse": self.max_worse}
        groups = {"groups": list(self.groups)} if self.groups else {}
        return {"metric": self.metric, "slice": self.slice} | condition | {"required": self.required} | groups


def parse(content: Mapping[str, Any]) -> Check:
    """A check from its JSON, in which `faults` saw nothing wrong."""
    about = content["metric"], content.get("slice") or ""
    required = bool(content.get("required", True))
    if baseline := content.get("baseline"):
        max_worse = content.get("max_worse")
        worse = MAX_WORSE if max_worse is None else float(max_worse)
        return Check(*about, required=required, baseline=baseline, max_worse=worse)
    groups = tuple(content.get("groups") or ())
    return Check(*about, content["operator"], float(content["threshold"]), required, groups)


def faults(checks: Any) -> list[CheckFault]:
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


def _check_faults(here: str, content: Any) -> list[CheckFault]:
    if not isinstance(content, dict):
        return [(here, "malformed", "A check must be an object with metric, operator and threshold.")]
    wrong = []
    for name in ("metric", "slice"):
        text = content.get(name, "")
        if not isinstance(text, str) or len(text) > LONGEST_NAME or (name == "metric" and not text.strip()):
            sentence = f"Give a {name} as text of at most {LONGEST_NAME} characters."
            wrong.append((f"{here}.{name}", "malformed", sentence))
    compares = content.get("baseline") not in (None, "")
    wrong += _baseline_faults(here, content) if compares else _condition_faults(here, content)
    required = content.get("required", True)
    if not isinstance(required, bool):
        wrong.append((f"{here}.required", "malformed", f"{required!r:.40} is not a truth value. Give true or false."))
    return wrong + ([] if compares else _group_faults(here, content))


def _condition_faults(here: str, content: Mapping[str, Any]) -> list[CheckFault]:
    """What is wrong with operator and threshold of a check that compares with a number."""
    wrong = []
    sign = content.get("operator")
    if not isinstance(sign, str) or sign not in OPERATORS:
        sentence = f"{sign!r:.40} is not an operator. Choose from {', '.join(OPERATORS)}."
        wrong.append((f"{here}.operator", "unknown", sentence))
    if not _is_number(content.get("threshold")):
        sentence = f"{content.get('threshold')!r:.40} is not a number. Give a finite number."
        wrong.append((f"{here}.threshold", "malformed", sentence))
    if content.get("metric") == MAIN:
        sentence = 'The main metric has no threshold of its own. Name a metric, or compare: "baseline": "serving".'
        wrong.append((f"{here}.metric", "meaningless", sentence))
    if content.get("max_worse") is not None:
        sentence = '`max_worse` is for a check that compares: add "baseline": "serving", or leave it out.'
        wrong.append((f"{here}.max_worse", "meaningless", sentence))
    return wrong


def _baseline_faults(here: str, content: Mapping[str, Any]) -> list[CheckFault]:
    """What is wrong with a check that compares with the version that serves."""
    wrong = []
    baseline, metric, max_worse = content["baseline"], content.get("metric"), content.get("max_worse", MAX_WORSE)
    if baseline != SERVING:
        wrong.append((f"{here}.baseline", "unknown", f"{baseline!r:.40} is not a baseline. Choose {SERVING}."))
    if isinstance(metric, str) and metric.strip() and metric != MAIN and metric not in CATALOGUE:
        sentence = (
            f"{metric!r:.40} is not in the catalogue of metrics, so nobody knows whether higher or lower is better. "
            f"Choose {MAIN}, {', '.join(CATALOGUE)}."
        )
        wrong.append((f"{here}.metric", "unknown", sentence))
    if max_worse is not None and not (_is_number(max_worse) and 0 <= max_worse <= 1):
        sentence = f"{max_worse!r:.40} is not a share of the error. Give a number from 0 to 1, for example 0.02."
        wrong.append((f"{here}.max_worse", "out_of_range", sentence))
    for name in ("operator", "threshold", "groups"):
        if content.get(name) not in (None, "", []):
            sentence = f"A check that compares with what serves has no {name}. Leave it out."
            wrong.append((f"{here}.{name}", "meaningless", sentence))
    return wrong


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _group_faults(here: str, content: Mapping[str, Any]) -> list[CheckFault]:
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
