"""The parameters of a definition-parity check, each a named, stored and shown threshold.

>>> ParityParameters.parse({"limit": 2})[0][0].message
'limit is a share: a number from 0 to 1.'
>>> ParityParameters.parse({"rtol": 0.5})[1].rtol, ParityParameters.parse({})[1].rtol
(0.5, None)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from registry.compute.kinds.parameters import NAME, NAMES, SHARE, TOLERANCE, TOLERANCE_SHARE, ParameterFault, parse

RULES = {"limit": SHARE, "atol": TOLERANCE, "rtol": TOLERANCE_SHARE, "slice": NAME}
RULES |= dict.fromkeys(("trained_dataset", "trained_column", "current_dataset", "current_column"), NAME) | {
    "key": NAMES
}
THRESHOLDS = ("limit", "atol", "rtol", "slice")


class ParityParameters(NamedTuple):
    """``limit``: the differing share of rows that is still allowed, 0..1. A number is equal within
    ``max(atol, rtol * |trained|)``; where nobody set them, floats are equal within 1e-9 relative (1e-6 for float32) and
    all else exactly. ``slice``: a column to break the differing share down by; by month when empty.

    The others are empty where both definitions are computed here. Where they are not, they name the data sets that hold
    the values, the columns, and the ``key`` by which rows are matched."""

    limit: float = 0.0
    atol: float | None = None
    rtol: float | None = None
    slice: str = ""
    trained_dataset: str = ""
    trained_column: str = ""
    current_dataset: str = ""
    current_column: str = ""
    key: list[str] = []

    @property
    def is_materialized(self) -> bool:
        """Whether the values are those of two data sets."""
        return bool(self.trained_dataset or self.current_dataset)

    def as_dict(self) -> dict[str, Any]:
        """The thresholds, and where the values lie if they are materialized."""
        values = self._asdict()
        return values if self.is_materialized else {name: values[name] for name in THRESHOLDS}

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> tuple[list[ParameterFault], ParityParameters]:
        """Every fault of the given parameters, and the parameters with defaults for what was left out."""
        faults, parsed = parse(cls, RULES, values)
        return faults, parsed or cls()
