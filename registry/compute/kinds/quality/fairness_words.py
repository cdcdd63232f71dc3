"""What a fairness figure says, in a sentence built from the gap that decided: which groups, and how many rows of each.

>>> women, men = GroupRate("women", 0.31, 1204), GroupRate("men", 0.52, 3001)
>>> gap_sentence("demographic_parity_difference", Gap(0.21, 0.17, 0.24, "selection", 0, 1, True), (women, men), 0.1)
'Demographic parity difference 0.21: women 0.31 of 1,204 rows against men 0.52 of 3,001 rows (95% interval 0.17 to 0.24; limit 0.1).'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from platform_site.text.wording import counted
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.fairness import FALSE_POSITIVE, FEWEST_OF_A_GROUP, SELECTION, TRUE_POSITIVE
from registry.compute.stats.group_gaps import Gap

ROWS = {
    SELECTION: "rows",
    TRUE_POSITIVE: "rows that are truly of the favourable class",
    FALSE_POSITIVE: "rows that are truly not of the favourable class",
}
MOST_NAMED = 4


class GroupRate(NamedTuple):
    """A group, one of its rates, and of how many rows that is a share."""

    group: str
    rate: float
    rows: int


def gap_sentence(figure: str, gap: Gap, groups: tuple[GroupRate, GroupRate], limit: float) -> str:
    """The figure, the two groups that decide with their rows, the interval and the limit."""
    lower, higher = (f"{group.group} {group.rate:.2f} of {group.rows:,}" for group in groups)
    pair = f"{lower} rows against {higher} rows"
    if gap.rate != SELECTION:
        pair = f"of the {ROWS[gap.rate]}, {lower} against {higher}"
    value, low, high = (f"{number:.3g}" for number in (gap.value, gap.low, gap.high))
    return f"{ENTRIES[figure].title} {value}: {pair} (95% interval {low} to {high}; limit {limit:g})."


def left_out_sentence(left_out: Mapping[str, int], rate: str) -> str:
    """The groups that are too small to be judged, with their rows; nothing when there are none."""
    if not left_out:
        return ""
    ordered = sorted(left_out.items(), key=lambda pair: (-pair[1], pair[0]))
    named = ", ".join(f"{group} ({rows:,})" for group, rows in ordered[:MOST_NAMED])
    more = f" and {counted(len(ordered) - MOST_NAMED, 'more group')}" if len(ordered) > MOST_NAMED else ""
    return f"Left out with fewer than {FEWEST_OF_A_GROUP} {ROWS[rate]}: {named}{more}."
