"""Promotion policies: what evaluation results must show before a model version serves (G6).

The platform sets checks for every model type. A team adds its own and may tighten a check of the platform, never
loosen it. A metric that was not measured fails its check; so does one that the version that serves did not record, where
a check compares with it. A fairness figure is computed from the rates of the groups in the column that the slice names.

>>> check = Check("mape", "", "<=", 0.15)
>>> judge([check], {("mape", ""): 0.118})[0].outcome, judge([check], {})[0].outcome
('passed', 'missing')
>>> compared = Check("main", baseline="serving", max_worse=0.02)
>>> judge([compared], {("auc", ""): 0.89}, baseline=Baseline("v1", {("auc", ""): 0.9}))[0].sentence
'Policy  v0 requires auc to be 0.898 or more: v1, which serves, has 0.9, and 2% of its error is allowed; it is 0.89.'
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from registry.versions.rules import metrics
from registry.versions.rules.fairness import Results, observe
from registry.versions.rules.overrides import Cause
from registry.versions.rules.policy_checks import OPERATORS, Check

PASSED, FAILED, MISSING = "passed", "failed", "missing"


class Baseline(NamedTuple):
    """What checks compare with: the version that serves now and its results, and the type of the model.

    ``version`` is empty where nothing else serves: then it is enough that the metric was recorded. ``settled``: the
    metrics and slices that the main metric is chosen from; those of the results where it is None. ``late``: those that it
    recorded only after it was let to production, which are nothing to compare with.
    """

    version: str = ""
    results: Results = {}
    model_type: str = ""
    settled: frozenset[tuple[str, str]] | None = None
    late: frozenset[tuple[str, str]] = frozenset()


NOTHING_SERVES = Baseline()


class Compared(NamedTuple):
    """How a check came out: the metric that was looked at, its value, what is lacking, and the value to reach."""

    metric: str
    observed: float | None
    outcome: str
    lacking: str = ""
    limit: float | None = None
    serving: float | None = None


class CheckResult(NamedTuple):
    """A check and what was observed; ``observed`` is None if it was not measured.

    ``limit``: where the check compares, the worst value that passes; ``serving`` and ``serving_version``: with what.
    """

    check: Check
    observed: float | None
    outcome: str
    policy: str = ""
    policy_version: int = 0
    owner: str = ""
    lacking: str = ""
    metric: str = ""
    limit: float | None = None
    serving: float | None = None
    serving_version: str = ""

    @property
    def closes(self) -> bool:
        return self.check.required and self.outcome != PASSED

    @property
    def required(self) -> str:
        """What the check requires of this version, in numbers where they are known."""
        if self.limit is None:
            return str(self.check)
        on = f" on {self.check.slice}" if self.check.slice else ""
        least = "or less" if metrics.CATALOGUE[self.metric] else "or more"
        return (
            f"{self.metric}{on} to be {self.limit:g} {least}: {self.serving_version}, which serves, has "
            f"{self.serving:g}, and {self.check.max_worse * 100:g}% of its error is allowed"
        )

    @property
    def sentence(self) -> str:
        whose = f" of {self.owner}" if self.owner else ""
        return f"Policy {self.policy} v{self.policy_version}{whose} requires {self.required}; it {self._observation}."

    @property
    def _observation(self) -> str:
        if self.observed is None:
            return f"was not measured ({self.lacking or self.metric or self.check.metric})"
        return f"cannot be compared ({self.lacking})" if self.lacking else f"is {self.observed:g}"

    @property
    def key(self) -> str:
        key = f"policy:{self.policy}:{self.policy_version}:{self.check.metric}:{self.check.slice}:{self.observed}"
        return f"{key}:{self.metric}:{self.serving_version}:{self.serving}" if self.check.baseline else key

    def as_dict(self) -> dict[str, Any]:
        return self.check.as_dict() | {
            "observed": self.observed,
            "outcome": self.outcome,
            "policy": self.policy,
            "policy_version": self.policy_version,
            **self._comparison,
            **({"owner_team": self.owner} if self.owner else {}),
            **({"lacking": self.lacking} if self.lacking else {}),
        }

    @property
    def _comparison(self) -> dict[str, Any]:
        """What a check that compares kept of the comparison; the limit is its threshold."""
        if not self.check.baseline:
            return {}
        better = "<=" if metrics.CATALOGUE.get(self.metric) else ">="
        return {
            "metric": self.metric or self.check.metric,
            "operator": better if self.metric else "",
            "threshold": self.limit,
            "serving_version": self.serving_version,
            "serving_value": self.serving,
        }


def judge(
    checks: Iterable[Check],
    results: Mapping[tuple[str, str], float],
    *,
    policy: str = "",
    version: int = 0,
    owner: str = "",
    baseline: Baseline = NOTHING_SERVES,
) -> list[CheckResult]:
    """Evaluate every check against the results, ``{(metric, slice): value}``; a missing or undefined value never passes.

    ``owner``: the team that owns the policy, if it is not the model's. ``baseline``: what serves now.
    """
    return [
        CheckResult(
            check,
            seen.observed,
            seen.outcome,
            policy,
            version,
            owner,
            seen.lacking,
            seen.metric,
            seen.limit,
            seen.serving,
            baseline.version if check.baseline else "",
        )
        for check in checks
        for seen in [_compare(check, results, baseline) if check.baseline else _observe(check, results)]
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


def no_policy_cause(model_type: str) -> Cause:
    """What closes the promotion of a version about which no policy requires anything.

    >>> no_policy_cause("ranking").sentence
    'No policy requires anything of a model of type ranking. Ask a lead to save one: a promotion must rest on something.'
    """
    named = f"of type {model_type}" if model_type else "without a type"
    sentence = (
        f"No policy requires anything of a model {named}. Ask a lead to save one: a promotion must rest on something."
    )
    return Cause(f"no_policy:{model_type}", sentence)


def looser(own: Sequence[Check], defaults: Sequence[Check]) -> list[tuple[Check, Check]]:
    """The team's checks that are looser than the platform's on the same metric and slice, each with the platform's.

    >>> looser([Check("mape", "", "<=", 0.2)], [Check("mape", "", "<=", 0.15)])[0][1].threshold
    0.15
    """
    by_about = {check.about: check for check in defaults}
    return [(check, default) for check in own if (default := by_about.get(check.about)) and _loosens(check, default)]


def _observe(check: Check, results: Results) -> Compared:
    """How a check with a threshold comes out."""
    observed, lacking = results.get((check.metric, check.slice)), ""
    if check.is_fairness:
        observed, lacking = observe(check.metric, check.slice, results, groups=check.groups)
    if observed is None or math.isnan(observed):
        return Compared(check.metric, observed, MISSING, lacking)
    outcome = PASSED if OPERATORS[check.operator](observed, check.threshold) else FAILED
    return Compared(check.metric, observed, outcome, lacking)


def _compare(check: Check, results: Results, baseline: Baseline) -> Compared:
    """How a check comes out that compares with the version that serves."""
    metric: str | None = check.metric
    if metric == metrics.MAIN:
        serving = baseline.results if baseline.settled is None else baseline.settled
        recorded = [{name for name, slice_ in known if slice_ == check.slice} for known in (serving, results)]
        metric = metrics.main_metric(baseline.model_type, *recorded)
    if metric is None:
        names = ", ".join(metrics.MAIN_METRICS[metrics.type_of(baseline.model_type)])
        return Compared("", None, MISSING, f"record one of {names}")
    observed = results.get((metric, check.slice))
    if observed is None or not math.isfinite(observed):
        return Compared(metric, None, MISSING)
    if wrong := metrics.impossible(metric, observed):
        return Compared(metric, observed, MISSING, wrong)
    if not baseline.version:
        return Compared(metric, observed, PASSED)
    value = baseline.results.get((metric, check.slice))
    if value is None or not math.isfinite(value):
        return Compared(metric, observed, MISSING, _nothing_to_compare(metric, check.slice, baseline))
    if wrong := metrics.impossible(metric, value):
        return Compared(metric, observed, MISSING, f"of {baseline.version}, which serves, {wrong}")
    within = metrics.is_within(metric, observed, value, check.max_worse)
    worst = metrics.limit(metric, value, check.max_worse)
    return Compared(metric, observed, PASSED if within else FAILED, "", worst, value)


def _nothing_to_compare(metric: str, slice_: str, baseline: Baseline) -> str:
    """Why what serves has no value of a metric to compare with."""
    if (metric, slice_) in baseline.late:
        return f"{baseline.version}, which serves, recorded {metric} only after it was let to production"
    return f"{baseline.version}, which serves, has no {metric}"


def _loosens(check: Check, default: Check) -> bool:
    if (default.required and not check.required) or not set(default.groups) <= set(check.groups):
        return True
    if check.baseline:
        return check.max_worse > default.max_worse
    if check.threshold != default.threshold:
        less_is_better = check.operator[0] == "<"
        return (check.threshold > default.threshold) == less_is_better
    return len(check.operator) > len(default.operator)  # <= where the platform says <
