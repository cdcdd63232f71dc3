"""The names there are, as a sentence lists them: all of a few; of many, those nearest to what was meant.

>>> named(["b", "a"])
'a, b'
>>> named([f"f{number:03}" for number in range(500)], near="f00l")
'f400, f300, f200 and 497 more'
"""

from __future__ import annotations

from collections.abc import Collection
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
