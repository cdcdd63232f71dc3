"""The parameters of a definition-parity check, each a named, stored and shown threshold.

>>> ParityParameters.parse({"limit": 2})[0][0].message
'limit is a share of rows: a number from 0 to 1.'
>>> ParityParameters.parse({})[1].rtol
1e-09
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple


class ParameterFault(NamedTuple):
    """One parameter to change."""

    field: str
    code: str
    message: str


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
    def parse(cls, given: Mapping[str, Any]) -> tuple[list[ParameterFault], ParityParameters]:
        """Every fault of the given parameters, and the parameters with defaults for what was left out."""
        faults = [
            ParameterFault(name, "unknown", f"{name} is no parameter: choose of {', '.join(cls._fields)}.")
            for name in given
            if name not in cls._fields
        ]
        for name, sentence in SENTENCES.items():
            if name in given and not _in_range(name, given[name]):
                faults.append(ParameterFault(name, "out_of_range", sentence))
        if faults:
            return faults, cls()
        return [], cls(**given)


SENTENCES = {
    "limit": "limit is a share of rows: a number from 0 to 1.",
    "atol": "atol is an absolute tolerance: a number from 0.",
    "rtol": "rtol is a relative tolerance: a number from 0 to 1.",
    "slice": "slice is the name of a column.",
}
HIGHEST = {"limit": 1.0, "rtol": 1.0, "atol": math.inf}


def _in_range(name: str, value: Any) -> bool:
    if name == "slice":
        return isinstance(value, str)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return is_number and 0 <= value <= HIGHEST[name]
