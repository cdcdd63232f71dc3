"""A capability that an organization leaves out for a time: until when it counts, and what is said of it (H13).

>>> LeftOut(date(2027, 3, 1), "The images move in March.").sentence
'Left out until 1 March 2027: The images move in March.'
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

LONGEST_DAYS = 365
ENDING_SOON_DAYS = 7


class LeftOut(NamedTuple):
    """An exemption in force: its last day and its reason."""

    until: date
    reason: str

    @property
    def sentence(self) -> str:
        return f"Left out until {self.until.day} {self.until:%B %Y}: {self.reason.strip().rstrip('.')}."


def is_in_force(ends_on: date, ended: bool, today: date) -> bool:
    """Whether it counts: its last day counts too, and an ended one counts no more.

    >>> day = date(2027, 3, 1)
    >>> is_in_force(day, False, day), is_in_force(day, False, date(2027, 3, 2)), is_in_force(day, True, day)
    (True, False, False)
    """
    return not ended and today <= ends_on


def is_ending_soon(ends_on: date, today: date) -> bool:
    """Whether its last day is today or within a week."""
    return 0 <= (ends_on - today).days <= ENDING_SOON_DAYS
