"""Which levels an organization may define for itself, in place of the standard ones.

>>> level_faults([Level("1", "Begun", ("lineage",)), Level("2", "Done", ("audit_log",))], {"lineage", "audit_log"})
[('1.requires', "Level 2 must include what the level below requires: add lineage, which 'Begun' requires.")]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from assessments.health.rules.maturity import AD_HOC, Level

MOST_LEVELS = 6
LONGEST_NAME, LONGEST_LABEL = 8, 60


def level_faults(levels: Sequence[Level], known: Collection[str]) -> list[tuple[str, str]]:
    """Everything wrong with a list of levels, each with its place (`index.field`): empty where it is valid.

    ``known`` are the organization's capabilities.
    """
    if not 1 <= len(levels) <= MOST_LEVELS:
        return [("", f"There are {len(levels)} levels. Define 1 to {MOST_LEVELS}, the lowest first.")]
    faults = [fault for index, level in enumerate(levels) for fault in _own_faults(index, level, known)]
    names = [level.level for level in levels]
    faults += [
        (f"{index}.level", f"Two levels are called {name}.")
        for index, name in enumerate(names)
        if name in names[:index]
    ]
    return faults + [fault for index, pair in enumerate(pairwise(levels), start=1) for fault in _steps(index, *pair)]


def ladder(names: Sequence[tuple[str, str]], required_from: dict[str, int]) -> tuple[Level, ...]:
    """Build levels from their (name, label) and the first level, counted from 1, that requires each capability.

    >>> ladder([("1", "Begun"), ("2", "Done")], {"lineage": 1, "audit_log": 2})[1].requires
    ('lineage', 'audit_log')
    """
    return tuple(
        Level(name, label, tuple(capability for capability, first in required_from.items() if first <= place))
        for place, (name, label) in enumerate(names, start=1)
    )


def _own_faults(index: int, level: Level, known: Collection[str]) -> Iterator[tuple[str, str]]:
    if not 1 <= len(level.level) <= LONGEST_NAME or level.level == AD_HOC.level:
        yield (
            f"{index}.level",
            f"{level.level!r} is not a valid level name: use 1 to {LONGEST_NAME} characters, and not {AD_HOC.level}, which every organization has.",
        )
    if not 1 <= len(level.label.strip()) <= LONGEST_LABEL:
        yield (
            f"{index}.label",
            f"The label of level {level.level} has {len(level.label.strip())} characters: use 1 to {LONGEST_LABEL}.",
        )
    if not level.requires:
        yield f"{index}.requires", f"Level {level.level} requires nothing: choose at least one capability."
    if strange := sorted(set(level.requires) - set(known)):
        yield f"{index}.requires", f"Unknown capabilities: {', '.join(strange)}."
    if len(set(level.requires)) < len(level.requires):
        yield f"{index}.requires", f"Level {level.level} requires a capability twice."


def _steps(index: int, below: Level, above: Level) -> Iterator[tuple[str, str]]:
    lost = [name for name in below.requires if name not in above.requires]
    if lost:
        sentence = f"Level {above.level} must include what the level below requires: add {', '.join(lost)}, which {below.label!r} requires."
        yield f"{index}.requires", sentence
    elif set(above.requires) == set(below.requires):
        yield f"{index}.requires", f"Level {above.level} requires nothing more than the level below."
