"""What changed between two assessments, capability by capability.

>>> changes({"lineage": "missing"}, {"lineage": "partial", "audit_log": "missing"})
[Change(capability='lineage', before='missing', after='partial'), Change(capability='audit_log', before=None, after='missing')]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assessments.organizations.rules.catalogue import Status

RANK: dict[str, int] = {Status.MISSING: 0, Status.PARTIAL: 1, Status.IMPLEMENTED: 2}


class Change(NamedTuple):
    """A capability whose status differs; None where one of the two assessments does not state it."""

    capability: str
    before: str | None
    after: str | None

    @property
    def direction(self) -> str:
        """`forward`, `back`, or `other`: to or from not_applicable, or in only one of the two."""
        if self.before not in RANK or self.after not in RANK:
            return "other"
        return "forward" if RANK[self.after] > RANK[self.before] else "back"


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """What differs, in the order of ``before`` and then of what only ``after`` states."""
    names = dict.fromkeys([*before, *after])
    compared = (Change(name, before.get(name), after.get(name)) for name in names)
    return [change for change in compared if change.before != change.after]
