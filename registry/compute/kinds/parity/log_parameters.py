"""The parameters of a log-parity check (P2): the rows trained on and the rows that serving logged, compared.

>>> LogParityParameters.parse({"training": "train", "serving": "log", "entity_key": ["id"], "tolerance_s": -1})[0]
[ParameterFault(field='tolerance_s', code='out_of_range', message='tolerance_s is a number from 0.')]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from registry.compute.kinds.parameters import MOMENT, NAME, NAMES, POSITIVE, SHARE, ParameterFault, is_after, parse

RULES = {
    "training": NAME, "serving": NAME, "entity_key": NAMES, "features": NAMES, "tolerance_s": POSITIVE, "since": MOMENT,
    "until": MOMENT, "limit": SHARE, "unmatched_limit": SHARE, "atol": POSITIVE, "rtol": SHARE,
}  # fmt: skip


class LogParityParameters(NamedTuple):
    """``training`` and ``serving``: data sets with an event time; ``entity_key``: columns that both have. Rows of one
    entity are matched when their times are at most ``tolerance_s`` seconds apart and nearest to one another.

    ``features``: columns to compare, all that both have when empty. ``since`` (included) and ``until`` (not included)
    cut both sides by event time. ``limit``: the differing share of matched rows still allowed for each feature;
    ``unmatched_limit``: the share of rows that only one side has still allowed.
    """

    training: str
    serving: str
    entity_key: list[str]
    features: list[str] = []
    tolerance_s: float = 0.0
    since: str = ""
    until: str = ""
    limit: float = 0.0
    unmatched_limit: float = 1.0
    atol: float = 0.0
    rtol: float = 1e-9

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> tuple[list[ParameterFault], LogParityParameters | None]:
        """Every fault of the given parameters, and the parameters; None when one is not of its kind."""
        faults, parsed = parse(cls, RULES, values)
        if parsed and not parsed.entity_key:
            faults.append(
                ParameterFault(
                    "entity_key", "required", "entity_key is empty. Name the columns that identify whose row it is."
                )
            )
        if parsed and is_after(parsed.since, parsed.until):
            sentence = f"No row is from {parsed.since} on and before {parsed.until}."
            faults.append(ParameterFault("until", "empty_period", sentence))
        return faults, parsed
