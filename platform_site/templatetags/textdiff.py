"""Two texts as marked parts: which words went, which came, which stayed. For SQL side by side."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

PART = re.compile(r"'(?:[^']|'')*'|\w+|\s+|[^\w\s]")  # a quoted string is one word: half a literal changed says nothing


class Part(NamedTuple):
    """A stretch of text, and whether it differs from the other side."""

    text: str
    changed: bool


class TextDiff(NamedTuple):
    """Both sides, each as the parts that make it up."""

    before: tuple[Part, ...]
    after: tuple[Part, ...]

    @property
    def same(self) -> bool:
        return not any(part.changed for side in self for part in side)


def text_diff(before: str, after: str) -> TextDiff:
    """Compare word by word; joined, the parts of a side are its text.

    >>> left, right = text_diff("avg(dep_delay)", "sum(dep_delay)")
    >>> [part.text for part in left if part.changed], [part.text for part in right if part.changed]
    (['avg'], ['sum'])
    """
    old, new = PART.findall(before), PART.findall(after)
    left: list[Part] = []
    right: list[Part] = []
    for operation, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        changed = operation != "equal"
        left += [Part("".join(old[i:j]), changed)] if j > i else []
        right += [Part("".join(new[k:m]), changed)] if m > k else []
    return TextDiff(tuple(left), tuple(right))
