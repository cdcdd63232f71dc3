"""Metric families and their text in Prometheus' exposition format 0.0.4.

The format is a few lines of text, and a library for it brings counters of its own process, which say nothing here: every
figure is read from what is stored, so that each web process gives the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"


class Sample(NamedTuple):
    """One line: labels, value, and the suffix of its name where it is a part of a histogram."""

    labels: Mapping[str, str]
    value: float
    suffix: str = ""


class Family(NamedTuple):
    """A metric with its help text, its type and its samples."""

    name: str
    help: str
    type: str
    samples: Sequence[Sample]


class Durations(NamedTuple):
    """How many durations fell into each bucket, the last one without a bound, and their sum in seconds."""

    counts: Sequence[int]
    seconds: float


def histogram(labels: Mapping[str, str], bounds: Sequence[float], durations: Durations) -> Iterable[Sample]:
    """The samples of a histogram: its buckets are cumulative, the last one holds everything.

    >>> [sample.value for sample in histogram({}, [1, 10], Durations([2, 0, 1], 61.5))]
    [2, 2, 3, 61.5, 3]
    """
    total = 0
    for bound, count in zip([*bounds, math.inf], durations.counts, strict=True):
        total += count
        yield Sample({**labels, "le": number(bound)}, total, "_bucket")
    yield Sample(labels, durations.seconds, "_sum")
    yield Sample(labels, total, "_count")


def text(families: Iterable[Family]) -> str:
    """The whole page. A family without samples keeps its header: it exists, and has nothing to count.

    >>> print(text([Family("up", "It is up.", GAUGE, [Sample({"host": 'a "b"'}, 1)])]), end="")
    # HELP up It is up.
    # TYPE up gauge
    up{host="a \\"b\\""} 1
    """
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def number(value: float) -> str:
    """A value as the format writes it.

    >>> number(3), number(0.25), number(math.inf), number(12345678901.0)
    ('3', '0.25', '+Inf', '12345678901')
    """
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _lines(family: Family) -> Iterable[str]:
    yield f"# HELP {family.name} {_escaped(family.help)}"
    yield f"# TYPE {family.name} {family.type}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_quoted(value)}"' for name, value in sample.labels.items())
        yield f"{family.name}{sample.suffix}{f'{{{labels}}}' if labels else ''} {number(sample.value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', r"\"")
