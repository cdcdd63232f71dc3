"""What a run compared and what it left out, with the reason of each kind: the words that stand beside its verdict.

>>> from registry.compute.kinds.report import ColumnReport
>>> columns = [ColumnReport("a", "numeric", "passed", ""), ColumnReport("b", "other", "blind", "It cannot alarm.")]
>>> found = Coverage.of(columns, (1_000, 400), [LeftOut("both", "no event time", 100)])
>>> found.sentence
'Compared 1 of 2 columns, 1 blind; 6.7% of the rows left out: no event time.'
>>> found.is_within(columns_limit=1, rows_limit=0.05), found.is_within(columns_limit=1, rows_limit=0.1)
(False, True)
>>> Coverage.of([], (900, 100), [LeftOut("both", DROPPED, 100)]).sentence
'Compared 900 of 1,000 rows; 10.0% of the rows left out: null rule drop.'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import percent, row_count

COMPARED = frozenset({Outcome.PASSED, Outcome.DRIFTED, Outcome.FAILED, Outcome.NOT_DETERMINISTIC})
BOTH = "both"
NO_EVENT_TIME = "no event time"
BEYOND = "an event time beyond the calendar"
FEW_IN_WINDOW = "in windows with too few rows"
UNREADABLE = "unreadable cells"
NEVER_SERVED = "trained on, never served"
NEVER_TRAINED = "served, never trained on"
DROPPED = "null rule drop"
TWO_KINDS = "values of two kinds"
NOT_LOGGED = "not_logged"


class LeftOut(NamedTuple):
    """Rows that nothing was said about: of the reference or the current side, in log parity of training or serving, or of
    both. ``column``: the only one in which they were left out."""

    side: str
    reason: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nothing calls
    column: str = ""


class Coverage(NamedTuple):
    """``rows``: those of both sides that belong to them; ``left_out``: those that belong to none, or were not judged. Without
    ``columns`` rows alone are counted. ``noun``: what the columns are called."""

    columns: Sequence[ColumnReport]
    rows: tuple[int, int]
    left_out: Sequence[LeftOut]
    noun: str = "columns"

    @classmethod
    def of(
        cls,
        columns: Sequence[ColumnReport],
        rows: tuple[int, int],
        left_out: Sequence[LeftOut],
        *,
        noun: str = "columns",
    ) -> Coverage:
        return cls(columns, rows, [entry for entry in left_out if entry.count], noun)

    @property
    def not_compared(self) -> list[ColumnReport]:
        """The columns about which nothing can be said."""
        return [column for column in self.columns if column.outcome not in COMPARED]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was compared."""
        if self.columns:
            return len(self.not_compared) == len(self.columns)
        return sum(entry.count for entry in self.left_out) >= sum(self.rows)

    @property
    def blind(self) -> list[ColumnReport]:
        return [column for column in self.columns if column.outcome == Outcome.BLIND]

    @property
    def share_left_out(self) -> float:
        """Of all rows, 0 to 1, in the column where most are left out. Rows in windows that are too small are among the rows
        of their side."""
        everywhere = sum(entry.count for entry in self.left_out if not entry.column)
        by_column: Counter[str] = Counter()
        for entry in self.left_out:
            if entry.column:
                by_column[entry.column] += entry.count
        all_rows = sum(self.rows) + sum(entry.count for entry in self.left_out if entry.reason == NO_EVENT_TIME)
        return (everywhere + max(by_column.values(), default=0)) / all_rows if all_rows else 0.0

    @property
    def sentence(self) -> str:
        """What was compared, and what was left out and why."""
        others = Counter(column.outcome for column in self.not_compared)
        parts = [self._compared()]
        parts += [f"{count} {WORDS[outcome]}" for outcome, count in others.items()]
        if not self.left_out:
            return f"{', '.join(parts)}."
        columns = {
            reason: ", ".join(dict.fromkeys(entry.column for entry in self.left_out if entry.reason == reason))
            for reason in dict.fromkeys(entry.reason for entry in self.left_out)
        }
        reasons = "; ".join(f"{reason} in {names}" if names else reason for reason, names in columns.items())
        return f"{', '.join(parts)}; {percent(self.share_left_out)} of the rows left out: {reasons}."

    def _compared(self) -> str:
        if self.columns:
            compared = len(self.columns) - len(self.not_compared)
            noun = self.noun.removesuffix("s") if len(self.columns) == 1 else self.noun
            return f"Compared {compared:,} of {len(self.columns):,} {noun}"
        rows = sum(self.rows)
        return f"Compared {rows - sum(entry.count for entry in self.left_out):,} of {row_count(rows)}"

    def is_within(self, *, columns_limit: int, rows_limit: float) -> bool:
        """Whether no more was left out than the limits allow."""
        return len(self.not_compared) <= columns_limit and self.share_left_out <= rows_limit

    def as_dict(self) -> dict[str, Any]:
        return {
            "sentence": self.sentence,
            "left_out": {
                "rows": [entry._asdict() for entry in self.left_out],
                "share": self.share_left_out,
                "columns": [
                    {"column": column.column, "outcome": column.outcome, "reason": column.sentence}
                    for column in self.not_compared
                ],
            },
            "blind": [column.column for column in self.blind],
        }


WORDS: dict[str, str] = {
    Outcome.BLIND: "blind",
    Outcome.NOT_ENOUGH_DATA: "with too little data",
    Outcome.NOT_APPLICABLE: "not comparable",
    NOT_LOGGED: "missing from the log",
    Outcome.ERRORED: "errored",
}
