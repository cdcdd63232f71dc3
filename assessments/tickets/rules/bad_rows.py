"""Bad rows for a reader: a reason that several rows share is shown once, with its count and the first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LINES_SHOWN = 5
VALUES = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\d[\d,.]*")


class SharedReason(NamedTuple):
    """A reason as its first row has it, how many rows have it, and the first lines."""

    reason: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    lines: list[int]


def shared_reasons(rows: Iterable[Sequence[object]]) -> list[SharedReason]:
    """Rows (line, id, reasons) by reason, the most frequent first. Reasons that differ in their values alone are one.

    >>> shared_reasons([(2, "", ["Day is 'x'. Write a date."]), (3, "", ["Day is 'y'. Write a date.", "id is empty."])])
    [SharedReason(reason="Day is 'x'. Write a date.", count=2, lines=[2, 3]), SharedReason(reason='id is empty.', count=1, lines=[3])]
    """
    lines: dict[str, list[int]] = {}
    first: dict[str, str] = {}
    for line, _, reasons in rows:
        for reason in reasons:  # type: ignore[attr-defined] # the third of a row is a list of reasons
            kind = VALUES.sub("…", reason)
            first.setdefault(kind, reason)
            lines.setdefault(kind, []).append(line)  # type: ignore[arg-type]
    shared = [SharedReason(first[kind], len(all_lines), all_lines[:LINES_SHOWN]) for kind, all_lines in lines.items()]
    return sorted(shared, key=lambda reason: (-reason.count, reason.lines))
