"""Which levels an organization may set itself: a ladder of its own in place of the standard one.

>>> level_faults([Level("1", "Begun", ("lineage",)), Level("2", "Done", ("audit_log",))], {"lineage", "audit_log"})
[('1.requires', "Level 2 contains the one below it: add lineage, which 'Begun' asks for.")]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from assessments.health.rules.maturity import AD_HOC, Level

MOST_LEVELS = 6
LONGEST_NAME, LONGEST_LABEL = 8, 60


def level_faults(levels: Sequence[Level], known: Collection[str]) -> list[tuple[str, str]]:
    """Everything wrong with a ladder, each with its place (`index.field`): empty where it is sound.

    ``known`` are the capabilities that the organization can state.
    """
    if not 1 <= len(levels) <= MOST_LEVELS:
        return [("", f"Give 1 to {MOST_LEVELS} levels, the lowest first.")]
    faults = [fault for index, level in enumerate(levels) for fault in _own_faults(index, level, known)]
    names = [level.level for level in levels]
    faults += [
        (f"{index}.level", f"{name} is named twice.") for index, name in enumerate(names) if name in names[:index]
    ]
    return faults + [fault for index, pair in enumerate(pairwise(levels), start=1) for fault in _steps(index, *pair)]


def ladder(names: Sequence[tuple[str, str]], asked_from: dict[str, int]) -> tuple[Level, ...]:
    """Build levels from their (name, label) and the first level, counted from 1, that asks for each capability.

    >>> ladder([("1", "Begun"), ("2", "Done")], {"lineage": 1, "audit_log": 2})[1].requires
    ('lineage', 'audit_log')
    """
    return tuple(
        Level(name, label, tuple(one for one, first in asked_from.items() if first <= place))
        for place, (name, label) in enumerate(names, start=1)
    )


def _own_faults(index: int, level: Level, known: Collection[str]) -> Iterator[tuple[str, str]]:
    if not 1 <= len(level.level) <= LONGEST_NAME or level.level == AD_HOC.level:
        yield (
            f"{index}.level",
            f"A level's name has 1 to {LONGEST_NAME} characters and is not {AD_HOC.level}, the ground.",
        )
    if not 1 <= len(level.label.strip()) <= LONGEST_LABEL:
        yield f"{index}.label", f"A level's label has 1 to {LONGEST_LABEL} characters."
    if not level.requires:
        yield f"{index}.requires", f"Level {level.level} asks for nothing: name at least one capability."
    if strange := sorted(set(level.requires) - set(known)):
        yield f"{index}.requires", f"No such capability: {', '.join(strange)}."
    if len(set(level.requires)) < len(level.requires):
        yield f"{index}.requires", f"Level {level.level} names a capability twice."


def _steps(index: int, below: Level, above: Level) -> Iterator[tuple[str, str]]:
    lost = [name for name in below.requires if name not in above.requires]
    if lost:
        told = f"Level {above.level} contains the one below it: add {', '.join(lost)}, which {below.label!r} asks for."
        yield f"{index}.requires", told
    elif set(above.requires) == set(below.requires):
        yield f"{index}.requires", f"Level {above.level} asks for no more than the one below it."
