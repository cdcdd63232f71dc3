"""The configuration that serves (traffic weights, thresholds, feature pins), its changes and their impact (G8).

The impact of a change is that of its largest part. At 100 or more the change needs an approval.

>>> before = Configuration({"v1": 100}, {"fraud_score": 0.5})
>>> small = deployed(before, "v1", thresholds={"fraud_score": 0.52})
>>> [(part.sentence, part.impact) for part in impact(before, small).parts]
[('Threshold fraud_score moves from 0.5 to 0.52, by 4%.', 40)]
>>> impact(before, deployed(before, "v2", percent=5)).needs_approval
True

A version at 0% runs as shadow: it computes, and no user gets its answers.

>>> deployed(before, "v2", percent=0).weights
{'v1': 100, 'v2': 0}
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

TRAFFIC_POINTS = 25  # an increase of so many percentage points needs an approval
THRESHOLD_SHARE = Decimal("0.1")  # so does a threshold that moves by this share of itself
FARTHEST = Decimal(1000)  # of itself: the impact of a threshold grows no further
ENOUGH = 100  # a change with this impact needs an approval
MOST_THRESHOLDS = 100
KINDS = ("version", "pin", "traffic", "threshold")  # the kinds of parts, in the order in which equal impacts are listed
ENVIRONMENT = re.compile(r"[a-z][a-z0-9_-]{0,62}\Z")
THRESHOLD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,127}\Z")


class Configuration(NamedTuple):
    """What serves in one environment: percent by model version (0: it runs as shadow), numbers by name, and for each
    version its pins."""

    weights: Mapping[str, int] = {}
    thresholds: Mapping[str, float] = {}
    pins: Mapping[str, Mapping[str, str]] = {}

    @property
    def with_traffic(self) -> dict[str, int]:
        """The versions whose answers users get; without those that run as shadow."""
        return {name: weight for name, weight in self.weights.items() if weight}

    @property
    def shadows(self) -> dict[str, int]:
        """The versions that run as shadow, with their 0%."""
        return {name: weight for name, weight in self.weights.items() if not weight}

    def as_dict(self) -> dict[str, Any]:
        """The content as JSON values in a fixed order, without empty entries."""
        return {
            "weights": {name: self.weights[name] for name in sorted(self.weights)},
            "thresholds": {name: float(self.thresholds[name]) for name in sorted(self.thresholds)},
            "pins": {
                name: dict(sorted(self.pins[name].items()))
                for name in sorted(self.pins)
                if self.pins[name] and name in self.weights
            },
        }


class Part(NamedTuple):
    """One thing that a change does, before and after, with a sentence and its impact in percent of the limit."""

    kind: str
    name: str
    before: Any
    after: Any
    sentence: str
    impact: int

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()


class Impact(NamedTuple):
    """The parts of a change, the largest impact first."""

    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        return max((part.impact for part in self.parts), default=0)

    @property
    def needs_approval(self) -> bool:
        return self.score >= ENOUGH


def of_content(content: Mapping[str, Any]) -> Configuration:
    """A configuration from its JSON values."""
    return Configuration(content["weights"], content["thresholds"], content["pins"])


def digest(content: Configuration, *, base: int | None, plan: Any = None) -> str:
    """What an approval is for: this content, based on that revision, in those steps (SHA-256)."""
    payload = {"base": base, "content": content.as_dict(), "plan": plan}
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def deployed(
    base: Configuration,
    version: str,
    *,
    percent: int | None = None,
    shadow: bool | None = None,
    thresholds: Mapping[str, float | None] | None = None,
    pins: Mapping[str, str | None] | None = None,
) -> Configuration:
    """The base with a version at a percentage; the versions that served before share the rest in their old proportions.

    At 0% ``shadow`` says whether it runs as shadow or leaves. Without it a version that has traffic leaves, and any
    other runs as shadow. Named thresholds and pins change, those named with None are removed, the others stay.

    >>> deployed(Configuration({"v1": 60, "v2": 40}), "v3", percent=10).weights
    {'v1': 54, 'v2': 36, 'v3': 10}
    >>> deployed(Configuration(), "v1", percent=5).weights
    {'v1': 5}
    >>> deployed(Configuration({"v1": 5}), "v2", percent=10).weights  # the other 95 points are not configured here
    {'v1': 5, 'v2': 10}
    """
    share = base.weights.get(version) if percent is None else percent
    if percent == 0 and (bool(base.weights.get(version)) if shadow is None else not shadow):
        share = None
    others = {name: weight for name, weight in base.with_traffic.items() if name != version}
    rest, whole = 100 - (share or 0), sum(base.weights.values()) == 100
    weights = base.shadows | shared(others, rest if whole else min(rest, sum(others.values())))
    weights.pop(version, None)
    weights |= {} if share is None else {version: share}
    own = _merged(base.pins.get(version, {}), pins or {})
    unchanged = {name: dict(version_pins) for name, version_pins in base.pins.items() if name != version}
    return Configuration(
        dict(sorted(weights.items())),
        _merged(base.thresholds, thresholds or {}),
        unchanged | ({version: own} if own else {}),
    )


def shared(before: Mapping[str, int], total: int) -> dict[str, int]:
    """Divide a whole number of points among versions in proportion; the largest remainders get what rounding leaves.

    >>> shared({"v1": 1, "v2": 1, "v3": 1}, 100)
    {'v1': 34, 'v2': 33, 'v3': 33}
    """
    whole = sum(before.values())
    if not whole:
        return {}
    exact = {name: divmod(weight * total, whole) for name, weight in before.items()}
    left = total - sum(points for points, _ in exact.values())
    first = sorted(before, key=lambda name: (-exact[name][1], name))[:left]
    points = {name: exact[name][0] + (name in first) for name in before}
    return {name: share for name, share in points.items() if share}


def impact(base: Configuration, head: Configuration, approved: Configuration | None = None) -> Impact:
    """The impact of a change compared with the revision that serves, and with the last approved one.

    The second keeps a large change from being made in slices that are each too small to need an approval.
    """
    largest = {(part.kind, part.name): part for part in parts(base, head)}
    for part in parts(approved, head) if approved is not None else ():
        key = (part.kind, part.name)
        if key not in largest or largest[key].impact < part.impact:
            largest[key] = part._replace(sentence=f"Since the last approval: {part.sentence}")
    return Impact(tuple(sorted(largest.values(), key=lambda part: (-part.impact, KINDS.index(part.kind), part.name))))


def parts(base: Configuration, head: Configuration) -> Iterator[Part]:
    """Everything that differs between two configurations, each with its impact."""
    for name in sorted(base.weights.keys() | head.weights.keys()):
        yield from _traffic(name, base.weights.get(name), head.weights.get(name))
    for name in sorted(base.thresholds.keys() | head.thresholds.keys()):
        yield from _threshold(name, base.thresholds.get(name), head.thresholds.get(name))
    for version in sorted(head.weights):
        yield from _pins(version, base.pins.get(version, {}), head.pins.get(version, {}))


class Row(NamedTuple):
    """One line of two configurations side by side; None where a side does not have it."""

    kind: str
    name: str
    before: Any
    after: Any

    @property
    def differs(self) -> bool:
        return bool(self.before != self.after)


def side_by_side(base: Configuration, head: Configuration) -> list[Row]:
    """Everything that either configuration has, traffic first.

    >>> [row.name for row in side_by_side(Configuration({"v1": 100}), Configuration({"v1": 95, "v2": 5})) if row.differs]
    ['v1', 'v2']
    """
    rows = [Row("traffic", name, base.weights.get(name), head.weights.get(name)) for name in _names(base[0], head[0])]
    rows += [
        Row("threshold", name, base.thresholds.get(name), head.thresholds.get(name))
        for name in _names(base[1], head[1])
    ]
    before, after = (
        {(v, f): at for v, pins in configuration.pins.items() for f, at in pins.items()}
        for configuration in (base, head)
    )
    return rows + [
        Row("pin", f"{version} {feature}", before.get((version, feature)), after.get((version, feature)))
        for version, feature in _names(before, after)
    ]


def predecessor(parts: Iterable[Mapping[str, Any]], version: str) -> str | None:
    """The version that had the most traffic before a change, where that is not the one that the change is about; from its
    parts, as they are stored.

    >>> stored = [part.as_dict() for part in parts(Configuration({"v1": 100}), Configuration({"v1": 95, "v2": 5}))]
    >>> predecessor(stored, "v2"), predecessor(stored, "v1")
    ('v1', None)
    """
    before = {
        part["name"]: part["before"]
        for part in parts
        if part["kind"] in ("version", "traffic") and part["name"] != version and part["before"]
    }
    return max(before, key=lambda name: (before[name], name), default=None)


def _names(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    return sorted(before.keys() | after.keys())


def environment_problem(name: str) -> str | None:
    """What is wrong with the name of an environment; None if nothing is."""
    if ENVIRONMENT.match(name):
        return None
    return f"{name[:80]!r} is not an environment name: a lower-case letter, then lower-case letters, digits, - and _, at most 63."


def threshold_problems(thresholds: Mapping[str, float | None]) -> list[tuple[str, str]]:
    """The threshold names that are not allowed, each with the reason."""
    if len(thresholds) > MOST_THRESHOLDS:
        return [("", f"Give at most {MOST_THRESHOLDS} thresholds, not {len(thresholds)}.")]
    message = "A threshold name is a letter, then letters, digits, _, . and -, at most 128."
    return [(name, message) for name in thresholds if not THRESHOLD.match(name)]


def _merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {**before, **changes}
    return {name: wanted[name] for name in sorted(wanted) if wanted[name] is not None}


def _traffic(version: str, before: int | None, after: int | None) -> Iterator[Part]:
    if before == after:
        return
    if not before and not after:
        yield _shadow(version, before, after)
    elif not before:
        was = f"{version} is no longer a shadow and" if before == 0 else version
        yield Part("version", version, 0, after, f"{was} begins to serve, with {after}% of the traffic.", ENOUGH)
    elif not after:
        now = "stops serving users and runs as shadow" if after == 0 else "stops serving"
        yield Part("traffic", version, before, 0, f"{version} {now}; it had {before}% of the traffic.", 0)
    else:
        reach = max(after - before, 0) * ENOUGH // TRAFFIC_POINTS
        yield Part(
            "traffic", version, before, after, f"{version} goes from {before}% to {after}% of the traffic.", reach
        )


def _shadow(version: str, before: int | None, after: int | None) -> Part:
    """A version begins to run as shadow, which is a change of model version, or no longer does."""
    if before is None:
        sentence = f"{version} begins to run as shadow, with 0% of the traffic: users get none of its answers."
        return Part("version", version, None, after, sentence, ENOUGH)
    return Part("traffic", version, before, after, f"{version} no longer runs as shadow.", 0)


def _threshold(name: str, before: float | None, after: float | None) -> Iterator[Part]:
    if before == after:
        return
    if before is None:
        yield Part("threshold", name, None, after, f"Threshold {name} is new: {after:.12g}.", ENOUGH)
    elif after is None:
        yield Part("threshold", name, before, None, f"Threshold {name} is removed; it was {before:.12g}.", ENOUGH)
    elif before == 0:
        yield Part("threshold", name, before, after, f"Threshold {name} moves away from 0, to {after:.12g}.", ENOUGH)
    else:
        percent, reach = moved(before, after)
        yield Part(
            "threshold", name, before, after,
            f"Threshold {name} moves from {before:.12g} to {after:.12g}, by {percent}%.", reach,
        )  # fmt: skip


def moved(before: float, after: float) -> tuple[str, int]:
    """How far a threshold moved in percent of itself, and its impact; computed in decimal, so that 0.1 to 0.11 is 10%.

    >>> moved(0.1, 0.11)
    ('10', 100)
    >>> moved(0.1, 0.1099)
    ('9.9', 99)
    """
    was, now = Decimal(repr(float(before))), Decimal(repr(float(after)))
    share = min(abs(now - was) / abs(was), FARTHEST)
    reach = int(share / THRESHOLD_SHARE * ENOUGH)  # rounded down: 99.9 needs no approval
    return f"{(share * 100).quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():f}", reach


def _pins(version: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Part]:
    for feature in sorted(before.keys() | after.keys()):
        was, now = before.get(feature), after.get(feature)
        if was == now:
            continue
        if was is None:
            sentence = f"{version} is pinned to {now} of {feature}."
        elif now is None:
            sentence = f"{version} is no longer pinned to {was} of {feature}."
        else:
            sentence = f"{version} is pinned to {now} of {feature} instead of {was}."
        yield Part("pin", f"{version} {feature}", was, now, sentence, ENOUGH)
