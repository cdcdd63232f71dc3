"""The names there are, as a sentence lists them: all of a few; of many, those nearest to what was meant.

>>> named(["b", "a"])
'a, b'
>>> named([f"f{number:03}" for number in range(500)], near="f00l")
'f400, f300, f200 and 497 more'
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

MOST = 30
NEAREST = 3


def named(names: Collection[str], *, near: str = "") -> str:
    """At most 30 names in their order; of more, the three nearest to ``near`` and how many others there are."""
    ordered = sorted(names)
    if len(ordered) <= MOST:
        return ", ".join(ordered)
    nearest = get_close_matches(near, ordered, NEAREST, cutoff=0.5) or ordered[:NEAREST]
    return f"{', '.join(nearest)} and {len(ordered) - len(nearest):,} more"


def case_twins(names: Iterable[str]) -> dict[str, str]:
    """Of names that differ only by case, each with a sentence that names both: engines cannot tell them apart.

    >>> case_twins(["id", "Amount", "amount"])["amount"]
    'The columns Amount and amount differ only by the case of their names, and the data engine cannot tell them apart. Rename one of them.'
    """
    by_folded: dict[str, list[str]] = {}
    for name in names:
        by_folded.setdefault(name.lower(), []).append(name)
    return {
        name: f"The columns {' and '.join(alike)} differ only by the case of their names, and the data engine cannot tell "
        "them apart. Rename one of them."
        for alike in by_folded.values()
        if len(alike) > 1
        for name in alike
    }
