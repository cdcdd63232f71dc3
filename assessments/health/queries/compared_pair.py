"""The two assessments that somebody asks to compare."""

from __future__ import annotations

from collections.abc import Mapping

from assessments.models import Assessment
from assessments.organizations.queries import get_assessment
from platform_site.errors import Fault, Invalid

LARGEST_ID = 2**63 - 1


def pair(asked: Mapping[str, str]) -> tuple[Assessment, Assessment]:
    """The assessments that `base` and `head` name; Invalid where one is no number, Unknown where there is none."""
    told = {name: asked.get(name, "") for name in ("base", "head")}
    faults = [
        Fault(name, "invalid", f"Give the number of an assessment as `{name}`.")
        for name, text in told.items()
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID)
    ]
    if faults:
        raise Invalid(faults)
    return get_assessment(int(told["base"])), get_assessment(int(told["head"]))
