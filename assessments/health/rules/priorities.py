"""Which priority a capability has after somebody stated something of it.

When it goes back from implemented, its priority is the catalogue's again, unless somebody chose one: what a file says of the
priority of something implemented says nothing about the gap.

>>> priority_after(Current("implemented", "low", False), {"status": "partial"}, default="critical")
('critical', False)
>>> priority_after(Current("implemented", "low", False), {"status": "partial", "priority": "low"}, default="critical")
('low', True)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from assessments.organizations.rules.catalogue import Status


class Current(NamedTuple):
    """What is stated of a capability, and whether somebody chose its priority for the gap."""

    status: str
    priority: str
    priority_chosen: bool


def priority_after(current: Current, stated: Mapping[str, Any], *, default: str) -> tuple[str, bool]:
    """The priority, and whether somebody chose it. A priority that is stated alone is chosen whatever the status."""
    status = stated.get("status", current.status)
    if "priority" in stated:
        return stated["priority"], status != Status.IMPLEMENTED or "status" not in stated
    if current.status == Status.IMPLEMENTED != status and not current.priority_chosen:
        return default, False
    return current.priority, current.priority_chosen


def is_chosen_before(current: Current, *, default: str) -> bool:
    """Whether the priority of an earlier assessment was chosen: it says so, or it is not the catalogue's for an open gap.

    >>> is_chosen_before(Current("missing", "low", False), default="high")
    True
    """
    return current.priority_chosen or (current.status != Status.IMPLEMENTED and current.priority != default)
