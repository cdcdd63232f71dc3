"""What a serving report says of each thing that an alert may be about: a feature's definition, the features, the traffic.

>>> entries = [Skew("orders", "aaaa", "bbbb", "serves bbbb instead of aaaa"), Skew("price", "cccc", None, "is not reported")]
>>> for thing, content in sorted(findings("v2", "production", entries).items()):
...     print(thing, content)
Thing(kind='features', feature='') Found(parts={'missing:price': None}, title='v2 in production: 1 feature is not reported (price)')
Thing(kind='skew', feature='orders') Found(parts={'aaaa>bbbb': None}, title='Serving skew of v2 in production: orders serves bbbb instead of aaaa')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from platform_site.text.wording import counted
from registry.checks.rules.alerts import EXTRA, MISSING
from registry.serving.rules.skew import Skew

SKEW, FEATURES, TRAFFIC = "skew", "features", "traffic"  # kinds of findings, as alerts have them
NO_TRAFFIC = "no traffic"
MOST_NAMES = 5


class Thing(NamedTuple):
    """What an alert is about, within one version in one environment."""

    kind: str
    feature: str = ""


class Found(NamedTuple):
    """What is wrong with it, and the sentence about that."""

    parts: Mapping[str, float | None]
    title: str


def findings(
    version: str, environment: str, entries: Iterable[Skew], traffic: Iterable[Skew] = ()
) -> dict[Thing, Found]:
    """What is wrong by a report, for each thing with which something is."""
    wrong, missing, extra = {}, [], []
    place = f"{version} in {environment}"
    for entry in entries:
        if entry.reported is None:
            missing.append(entry.feature)
        elif entry.expected is None:
            extra.append(entry.feature)
        else:
            title = f"Serving skew of {place}: {entry.feature} {entry.issue}"
            wrong[Thing(SKEW, entry.feature)] = Found({f"{entry.expected}>{entry.reported}": None}, title)
    if missing or extra:
        parts = dict.fromkeys([MISSING + name for name in missing] + [EXTRA + name for name in extra])
        wrong[Thing(FEATURES)] = Found(parts, f"{place}: {_features(missing, extra)}")
    for entry in traffic:
        wrong[Thing(TRAFFIC)] = Found({NO_TRAFFIC: None}, f"{place}: {entry.feature} {entry.issue}")
    return wrong


def says_something(thing: Thing, reported: Iterable[str]) -> bool:
    """Whether a report is evidence about a thing: of a definition only where it reports that feature."""
    return thing.kind != SKEW or thing.feature in reported


def _features(missing: Sequence[str], extra: Sequence[str]) -> str:
    sentences = []
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        sentences.append(f"{counted(len(missing), 'feature')} {verb} not reported ({_names(missing)})")
    if extra:
        verb = "is" if len(extra) == 1 else "are"
        sentences.append(f"{counted(len(extra), 'feature')} {verb} served that it was not trained on ({_names(extra)})")
    return "; ".join(sentences)


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
