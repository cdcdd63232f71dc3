"""The parameters of a definition-parity check, each a named, stored and shown threshold.

>>> ParityParameters.parse({"limit": 2})[0][0].message
'limit is a share: a number from 0 to 1.'
>>> ParityParameters.parse({})[1].rtol
1e-09
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from registry.compute.kinds.parameters import NAME, POSITIVE, SHARE, ParameterFault, parse

RULES = {"limit": SHARE, "atol": POSITIVE, "rtol": SHARE, "slice": NAME}


class ParityParameters(NamedTuple):
    """``limit``: the differing share of rows that is still allowed, 0..1. A value is equal within
    ``max(atol, rtol * |trained|)``. ``slice``: a column to break the differing share down by; by month when empty."""

    limit: float = 0.0
    atol: float = 0.0
    rtol: float = 1e-9
    slice: str = ""

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> tuple[list[ParameterFault], ParityParameters]:
        """Every fault of the given parameters, and the parameters with defaults for what was left out."""
        faults, parsed = parse(cls, RULES, values)
        return faults, parsed or cls()
