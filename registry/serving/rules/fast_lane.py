"""The fast lane (G7b): whether a standing approval covers a change, with each condition and the values that it was decided on.

A standing approval covers a retrained version that differs from the one that serves in nothing but what it learned: the same
features, source tables, recipe, policy outcome and serving configuration, and no metric worse than its limits. Whatever
differs, or cannot be compared, leaves the change to another person.

>>> side = Side("v2", {"orders": "37e8"}, {"orders": "orders 1"}, {"orders": "37e8"})
>>> traffic = Traffic(Configuration({"v1": 75, "v2": 25}), Configuration({"v1": 100}))
>>> terms = Terms([Limit("mape", worst=0.15)])
>>> unmet = [c.name for c in conditions(terms, side, [side._replace(version="v1")], traffic, Circumstances()) if not c.met]
>>> unmet
['limit:mape:']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from registry.serving.rules.configuration import Configuration
from registry.serving.rules.limits import Condition, Limit, limit_condition

LONGEST_DAYS, DEFAULT_DAYS, DEFAULT_POINTS = 90, 30, 25


class Side(NamedTuple):
    """What is compared of one version. ``sources`` has an empty text where nobody described a feature's source table."""

    version: str
    features: Mapping[str, str] = {}  # the version of each feature that it was trained on
    sources: Mapping[str, str] = {}  # the version of the source table beneath each feature, at training
    computes: Mapping[str, str] = {}  # the version of each feature that serving computes, with the pins of the change
    recipe: Mapping[str, str] = {}  # code, container, hyperparameters
    checks: Mapping[str, str] = {}  # the outcome of each check of each policy
    metrics: Mapping[tuple[str, str], float] = {}


class Terms(NamedTuple):
    """What was approved. ``baseline`` has the metrics of the version that served then, under its name."""

    limits: Sequence[Limit]
    most_points: int = DEFAULT_POINTS
    same_recipe: bool = True
    policies: Sequence[str] = ()
    baseline_version: str = ""
    baseline: Mapping[tuple[str, str], float] = {}


class Circumstances(NamedTuple):
    """What closes the lane whatever the versions are: each a sentence, empty where nothing does."""

    approver: str = ""  # why the standing approval's approver approves nothing now
    regulated: bool = False
    in_steps: bool = False
    alerts: Sequence[str] = ()
    overrides: Sequence[str] = ()
    overridden: Sequence[str] = ()  # what the gate let pass under an override
    policies: Sequence[str] = ()  # in force now


class Traffic(NamedTuple):
    """What would serve, compared with what serves and with what was last approved, where that is something else."""

    head: Configuration
    base: Configuration
    approved: Configuration | None = None

    @property
    def before(self) -> list[Configuration]:
        return [self.base, *([self.approved] if self.approved is not None else [])]


def conditions(
    terms: Terms, candidate: Side, serving: Sequence[Side], traffic: Traffic, now: Circumstances
) -> tuple[Condition, ...]:
    """Every condition, met or not. The change is covered only if all are met."""
    return (
        *_circumstances(now),
        _policies_in_force(terms, now),
        _comparable(candidate, serving),
        _same(
            "features", "was trained on", candidate, serving, [side.features for side in serving], candidate.features
        ),
        _sources(candidate, serving),
        _same("recipe", "has", candidate, serving, [side.recipe for side in serving], candidate.recipe)
        if terms.same_recipe
        else Condition("recipe", True, "The standing approval covers another code, container and hyperparameters."),
        _same("policy_outcome", "has", candidate, serving, [side.checks for side in serving], candidate.checks),
        _same("pins", "computes", candidate, serving, [side.computes for side in serving], candidate.computes),
        _thresholds(traffic),
        _others(candidate.version, traffic),
        _step(candidate.version, terms.most_points, traffic),
        *_limits(terms, candidate, serving),
    )


def is_covered(conditions: Iterable[Condition]) -> bool:
    """Whether a standing approval covers the change: there are conditions, and each is met."""
    listed = list(conditions)
    return bool(listed) and all(condition.met for condition in listed)


def _circumstances(now: Circumstances) -> list[Condition]:
    regulated = "The model is regulated: each change of what serves is looked at by a person."
    steps = "The change is made in steps, which wait for one approval of the whole."
    return [
        Condition("approver", not now.approver, now.approver or "The approver may still approve this change."),
        Condition("regulated", not now.regulated, regulated if now.regulated else "The model is not regulated."),
        Condition("at_once", not now.in_steps, steps if now.in_steps else "The change is made at once."),
        _none("alerts", "No blocking or skew alert is open.", now.alerts),
        _none("overrides", "No override is in force for the model.", now.overrides),
        _none("gate", "The gate opens without an override.", now.overridden),
    ]


def _none(name: str, fine: str, sentences: Sequence[str]) -> Condition:
    return Condition(name, not sentences, " ".join(sentences) or fine)


def _policies_in_force(terms: Terms, now: Circumstances) -> Condition:
    then, today = sorted(terms.policies), sorted(now.policies)
    if then == today:
        return Condition("policies", True, f"The policies are those of the standing approval: {_listed(today)}.")
    return Condition("policies", False, f"The policies changed: {_listed(then)} then, {_listed(today)} now.")


def _comparable(candidate: Side, serving: Sequence[Side]) -> Condition:
    if not serving:
        return Condition(
            "comparable", False, f"No other version has traffic, so {candidate.version} is compared with none."
        )
    names = _listed([side.version for side in serving])
    if not candidate.features:
        return Condition(
            "comparable", False, f"{candidate.version} uses no registered features: nothing can be compared."
        )
    return Condition("comparable", True, f"{candidate.version} is compared with {names}.")


def _same(
    name: str,
    verb: str,
    candidate: Side,
    serving: Sequence[Side],
    theirs: Sequence[Mapping[str, str]],
    own: Mapping[str, str],
) -> Condition:
    """Whether the candidate has the same values as every version that serves."""
    differences = [
        f"{key}: {candidate.version} {verb} {own.get(key, 'none')}, {side.version} {values.get(key, 'none')}."
        for side, values in zip(serving, theirs, strict=True)
        for key in sorted(own.keys() | values.keys())
        if own.get(key) != values.get(key)
    ]
    same = ", ".join(f"{key} {value}" for key, value in sorted(own.items())) or "none"
    return Condition(name, not differences, " ".join(differences) or f"The same: {same}.")


def _sources(candidate: Side, serving: Sequence[Side]) -> Condition:
    unknown = sorted(
        feature for side in (candidate, *serving) for feature in side.features if not side.sources.get(feature)
    )
    if unknown:
        names = _listed(list(dict.fromkeys(unknown)))
        return Condition(
            "sources", False, f"Nobody described the source table beneath {names}, so it cannot be compared."
        )
    return _same("sources", "reads", candidate, serving, [side.sources for side in serving], candidate.sources)


def _thresholds(traffic: Traffic) -> Condition:
    head = traffic.head.thresholds
    changed = [
        f"{name} would be {head.get(name, 'removed')}, and was {before.thresholds.get(name, 'not set')}."
        for before in traffic.before
        for name in sorted(before.thresholds.keys() | head.keys())
        if before.thresholds.get(name) != head.get(name)
    ]
    sentences = " ".join(dict.fromkeys(changed))
    return Condition("thresholds", not changed, sentences or "The thresholds stay as they were last approved.")


def _others(version: str, traffic: Traffic) -> Condition:
    """Whether other versions only give traffic away and keep their pins."""
    head, sentences = traffic.head, []
    for before in traffic.before:
        for name in sorted((before.weights.keys() | head.weights.keys()) - {version}):
            was, now = before.weights.get(name), head.weights.get(name)
            if now is not None and (was is None or now > was):
                sentences.append(f"{name} would have {now}%, and had {was or 0}%.")
            if now is not None and before.pins.get(name, {}) != head.pins.get(name, {}):
                sentences.append(f"The pins of {name} change.")
    unique = list(dict.fromkeys(sentences))
    return Condition("other_versions", not unique, " ".join(unique) or "Other versions only give traffic away.")


def _step(version: str, most: int, traffic: Traffic) -> Condition:
    after = traffic.head.weights.get(version, 0)
    gain = max(after - before.weights.get(version, 0) for before in traffic.before)
    return Condition(
        "traffic_step", gain <= most, f"{version} gains {gain} points of the traffic; at most {most} are allowed."
    )


def _limits(terms: Terms, candidate: Side, serving: Sequence[Side]) -> list[Condition]:
    """One condition for each limit; a relative one holds against what serves and against what served when it was approved,
    so that nightly steps, each within it, do not add up."""
    if not terms.limits:
        return [Condition("limits", False, "The standing approval has no limits.")]
    results = []
    for limit in terms.limits:
        key = (limit.metric, limit.slice)
        versions: dict[str, float | None] = {side.version: side.metrics.get(key) for side in serving}
        versions[f"{terms.baseline_version} when it was approved"] = terms.baseline.get(key)
        results.append(limit_condition(limit, candidate.metrics.get(key), versions))
    return results


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
