"""The parameters of a definition-parity check, each a named, stored and shown threshold.

>>> ParityParameters.parse({"limit": 2})[0][0].message
'limit is a share: a number from 0 to 1.'
>>> ParityParameters.parse({"rtol": 0.5})[1].rtol, ParityParameters.parse({})[1].rtol
(0.5, None)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from registry.compute.kinds.parameters import NAME, SHARE, TOLERANCE, TOLERANCE_SHARE, ParameterFault, parse

RULES = {"limit": SHARE, "atol": TOLERANCE, "rtol": TOLERANCE_SHARE, "slice": NAME}


class ParityParameters(NamedTuple):
    """``limit``: the differing share of rows that is still allowed, 0..1. A number is equal within
    ``max(atol, rtol * |trained|)``; where nobody set them, floats are equal within 1e-9 relative (1e-6 for float32) and
    all else exactly. ``slice``: a column to break the differing share down by; by month when empty."""

    limit: float = 0.0
    atol: float | None = None
    rtol: float | None = None
    slice: str = ""

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> tuple[list[ParameterFault], ParityParameters]:
        """Every fault of the given parameters, and the parameters with defaults for what was left out."""
        faults, parsed = parse(cls, RULES, values)
        return faults, parsed or cls()
