"""The two assessments to compare."""

from __future__ import annotations

from collections.abc import Mapping

from assessments.models import Assessment
from assessments.organizations.queries import get_assessment
from platform_site.errors import Fault, Invalid

LARGEST_ID = 2**63 - 1


def get_pair(parameters: Mapping[str, str]) -> tuple[Assessment, Assessment]:
    """The assessments that `base` and `head` name; Invalid unless both are numbers, Unknown where there is no such assessment."""
    numbers = {name: parameters.get(name, "") for name in ("base", "head")}
    faults = [
        Fault(name, "invalid", f"{text[:20]!r} is not the number of an assessment: set `{name}` to one.")
        for name, text in numbers.items()
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID)
    ]
    if faults:
        raise Invalid(faults)
    return get_assessment(int(numbers["base"])), get_assessment(int(numbers["head"]))
