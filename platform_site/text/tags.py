"""Tags: short names by which records are grouped and lists are filtered.

>>> normalised(["Risk ", "tier-1", "risk"])
['risk', 'tier-1']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

TAG = re.compile(r"[a-z0-9][a-z0-9_.:/-]{0,31}")
MOST_TAGS = 20
SENTENCE = "Write 1 to 32 lower-case letters, digits and _ . : / -, beginning with a letter or digit."


def normalised(tags: Iterable[str]) -> list[str]:
    """The tags in lower case, each once, in alphabetical order."""
    return sorted({tag.strip().lower() for tag in tags})


def problems(tags: Sequence[str]) -> list[str]:
    """What is wrong with normalised tags, a sentence each."""
    wrong = [f"{tag!r:.60} is not a tag. {SENTENCE}" for tag in tags if not TAG.fullmatch(tag)]
    return wrong + [f"{len(tags)} tags are too many. Give at most {MOST_TAGS}."] * (len(tags) > MOST_TAGS)
