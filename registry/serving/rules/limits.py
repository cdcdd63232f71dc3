"""The limits of a standing approval: how bad a metric of a retrained version may be.

A limit is a worst value, or a share of the error of the version that serves, or both. The error of a metric that is better lower
is its value; of one that is better higher, what it lacks to 1. The arithmetic is exact over the decimals as they were written.

>>> limit = Limit("mape", better=LOWER, max_worse=0.02)
>>> limit_condition(limit, 0.121, {"v1": 0.12}).met, limit_condition(limit, 0.1225, {"v1": 0.12}).met
(True, False)
>>> limit_condition(limit, 0.1225, {"v1": 0.12}).sentence
'mape is 0.1225; with v1 at 0.12, 2% of its error worse is 0.1224.'
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

LOWER, HIGHER = "lower", "higher"
MOST_LIMITS, LONGEST_NAME = 20, 120


class Condition(NamedTuple):
    """One condition of the fast lane, whether it is met, and the values that decided it."""

    name: str
    met: bool
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()


class Limit(NamedTuple):
    """How bad a metric may be: ``worst`` is a value, ``max_worse`` a share of the serving version's error."""

    metric: str
    slice: str = ""
    better: str = LOWER
    worst: float | None = None
    max_worse: float | None = None

    @property
    def name(self) -> str:
        return f"{self.metric} on {self.slice}" if self.slice else self.metric

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()


def limit_condition(limit: Limit, observed: float | None, versions: Mapping[str, float | None]) -> Condition:
    """Whether a metric is within its limit, compared with each of the named versions where the limit is relative."""
    name = f"limit:{limit.metric}:{limit.slice}"
    if observed is None or not math.isfinite(observed):
        return Condition(name, False, f"{limit.name} was not measured.")
    sentences, met = [], True
    if limit.worst is not None:
        met = _error(limit, observed) <= _error(limit, limit.worst)
        sentences.append(f"the limit is {limit.worst:g}")
    for version, value in versions.items() if limit.max_worse is not None else ():
        within, sentence = _within(limit, observed, version, value)
        met, sentences = met and within, [*sentences, sentence]
    return Condition(name, met, f"{limit.name} is {observed:g}; {', '.join(sentences)}.")


def limit_faults(limits: Any) -> list[tuple[str, str, str]]:
    """Everything wrong with the limits of a request: field, code, sentence."""
    if not isinstance(limits, list) or not limits:
        return [("limits", "missing", "`limits` is empty. Give at least one: metric, better, and worst or max_worse.")]
    if len(limits) > MOST_LIMITS:
        return [("limits", "too_many", f"There are {len(limits)} limits. At most {MOST_LIMITS} are allowed.")]
    wrong = [fault for index, limit in enumerate(limits) for fault in _faults_of(f"limits.{index}", limit)]
    about = [(limit.get("metric"), limit.get("slice") or "") for limit in limits if isinstance(limit, Mapping)]
    twice = sorted({str(metric) for metric, slice_ in about if about.count((metric, slice_)) > 1})
    return wrong or [("limits", "duplicate", f"{metric} has two limits on the same rows.") for metric in twice]


def parse_limit(content: Mapping[str, Any]) -> Limit:
    """A limit from its JSON, in which `limit_faults` saw nothing wrong."""
    worst, max_worse = (None if content.get(name) is None else float(content[name]) for name in ("worst", "max_worse"))
    return Limit(content["metric"], content.get("slice") or "", content.get("better") or LOWER, worst, max_worse)


def _within(limit: Limit, observed: float, version: str, value: float | None) -> tuple[bool, str]:
    if value is None or not math.isfinite(value):
        return False, f"{version} has no {limit.name} to compare with"
    error = _error(limit, value)
    if error < 0:
        return False, f"{version} at {value:g} has no error to take a share of"
    share = _exact(limit.max_worse or 0)
    largest = error * (1 + share)
    bound = float(largest if limit.better == LOWER else 1 - largest)
    return _error(
        limit, observed
    ) <= largest, f"with {version} at {value:g}, {float(share * 100):g}% of its error worse is {bound:g}"


def _error(limit: Limit, value: float) -> Fraction:
    """The error behind a value: the value where lower is better, else what it lacks to 1. Exact over the decimals written."""
    return _exact(value) if limit.better == LOWER else 1 - _exact(value)


def _exact(value: float) -> Fraction:
    return Fraction(repr(float(value)))


def _faults_of(here: str, content: Any) -> list[tuple[str, str, str]]:
    if not isinstance(content, Mapping):
        return [(here, "malformed", "A limit must be an object with metric, better, and worst or max_worse.")]
    wrong = []
    for name in ("metric", "slice"):
        value = content.get(name) or ""
        if not isinstance(value, str) or len(value) > LONGEST_NAME or (name == "metric" and not value.strip()):
            wrong.append(
                (f"{here}.{name}", "malformed", f"Give a {name} as text of at most {LONGEST_NAME} characters.")
            )
    if content.get("better", LOWER) not in (LOWER, HIGHER):
        wrong.append(
            (f"{here}.better", "unknown", f"{content.get('better')!r:.40} is not a direction. Choose lower or higher.")
        )
    if content.get("worst") is None and content.get("max_worse") is None:
        wrong.append(
            (
                f"{here}.worst",
                "missing",
                "Give `worst`, the worst value, or `max_worse`, a share of the error, or both.",
            )
        )
    for name in ("worst", "max_worse"):
        wrong += _number_faults(f"{here}.{name}", name, content.get(name))
    return wrong


def _number_faults(here: str, name: str, value: Any) -> list[tuple[str, str, str]]:
    if value is None:
        return []
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return [(here, "malformed", f"{value!r:.40} is not a number. Give a finite number.")]
    if name == "max_worse" and not 0 <= value <= 1:
        return [(here, "out_of_range", f"{value:g} is not a share of the error. Give 0 to 1; 0.02 is 2%.")]
    return []
