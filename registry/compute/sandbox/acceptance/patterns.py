"""Regular expressions that feature logic may use: RE2's syntax, which is linear in the text, and of a bounded size.

>>> pattern_fault(r"^[^@]+@[^@]+$"), pattern_fault(r"(?<=a)b")
('', 'looks behind, which RE2 cannot. Match the part before it too, and extract a group.')
>>> size(r"(a{3}b){10}")
40
"""

from __future__ import annotations

import re

LONGEST = 512
LARGEST = 5_000  # parts, with each repetition counted as often as it may repeat
UNSUPPORTED = {
    r"\(\?<?[=!]": "looks ahead or behind, which RE2 cannot",
    r"\\[1-9]": "refers back to a group, which RE2 cannot",
    r"\(\?>|[*+?}]\+": "is possessive or atomic, which RE2 cannot be",
    r"\\[GZRhHKX]": "has an escape that RE2 does not know",
}
LOOKS_BEHIND = "looks behind, which RE2 cannot. Match the part before it too, and extract a group."
PART = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}|.", re.DOTALL)


def pattern_fault(pattern: str) -> str:
    """What is wrong with a pattern, as the end of a sentence that begins with it; empty if nothing is."""
    if len(pattern) > LONGEST:
        return f"has {len(pattern)} characters. At most {LONGEST} are allowed."
    bare = re.sub(
        r"\\\\|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern
    )  # neither an escaped backslash nor a class means any of these
    if re.search(r"\(\?<[=!]", bare):
        return LOOKS_BEHIND
    for syntax, problem in UNSUPPORTED.items():
        if re.search(syntax, bare):
            return f"{problem}. Write it without."
    if size(pattern) > LARGEST:
        return f"repeats too much: {size(pattern):,} parts when written out. At most {LARGEST:,} are allowed."
    return ""


def size(pattern: str) -> int:
    """The number of the pattern's parts when each counted repetition is written out."""
    groups, last = [0], 0  # the size of each open group so far, and of the part that a repetition would repeat
    for part in PART.finditer(pattern):
        text = part.group()
        if text == "(":
            groups.append(0)
        elif text == ")" and len(groups) > 1:
            last = groups.pop()
            groups[-1] += last
        elif part["least"]:
            times = int(part["most"] or part["least"])
            groups[-1] += last * (times - 1)
            last *= times
        else:
            last = 1
            groups[-1] += 1
    return sum(groups)
