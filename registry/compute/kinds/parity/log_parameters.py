"""The parameters of a log-parity check (P2): the rows trained on and the rows that serving logged, or two
materializations of one table, compared.

>>> LogParityParameters.parse({"training": "train", "serving": "log", "entity_key": ["id"], "tolerance_s": -1})[0]
[ParameterFault(field='tolerance_s', code='out_of_range', message='tolerance_s is a number from 0.')]
>>> by_key = {"training": "before", "serving": "after", "entity_key": ["id"], "match_by": "key"}
>>> LogParityParameters.parse(by_key)[1].unmatched_limit
0.0
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from registry.compute.kinds.parameters import (
    MOMENT,
    NAME,
    NAMES,
    POSITIVE,
    ROWS,
    SHARE,
    TOLERANCE,
    TOLERANCE_SHARE,
    ParameterFault,
    is_after,
    one_of,
    parse,
)

BY_TIME, BY_KEY = "time", "key"
RULES = {
    "training": NAME, "serving": NAME, "entity_key": NAMES, "match_by": one_of(BY_TIME, BY_KEY), "features": NAMES,
    "tolerance_s": POSITIVE, "since": MOMENT, "until": MOMENT, "limit": SHARE, "matched_minimum": SHARE,
    "minimum_rows": ROWS, "unmatched_limit": SHARE, "atol": TOLERANCE, "rtol": TOLERANCE_SHARE,
}  # fmt: skip
MATCHED_MINIMUM, MINIMUM_ROWS = 0.95, 200


class LogParityParameters(NamedTuple):
    """``training`` and ``serving``: two data sets; ``entity_key``: columns that both have.

    ``match_by``: with `time`, rows of one entity are matched when their event times are at most ``tolerance_s`` seconds
    apart and nearest to one another; with `key`, rows of one key, which identifies a row, whatever their times.
    ``features``: columns to compare, all that both have when empty. ``since`` (included) and ``until`` (not included)
    cut both sides by event time. ``limit``: the differing share of matched rows still allowed for each feature.

    Nothing passes unless ``matched_minimum`` of the trained rows, a share, and ``minimum_rows`` rows are matched. More
    than ``unmatched_limit`` of all rows on one side only is a failure. `parse` fills in what is left out: by key each
    row on one side only counts as one that differs; by time 95% and 200 rows must be matched, and who sets
    ``unmatched_limit`` alone has decided by it how many must be.
    """

    training: str
    serving: str
    entity_key: list[str]
    features: list[str] = []
    match_by: str = BY_TIME
    tolerance_s: float = 0.0
    since: str = ""
    until: str = ""
    limit: float = 0.0
    matched_minimum: float = MATCHED_MINIMUM
    minimum_rows: int = MINIMUM_ROWS
    unmatched_limit: float = 1.0
    atol: float | None = None
    rtol: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> tuple[list[ParameterFault], LogParityParameters | None]:
        """Every fault of the given parameters, and the parameters; None when one is not of its kind."""
        faults, parsed = parse(cls, RULES, values)
        if parsed:
            parsed = parsed._replace(
                **{name: value for name, value in _minimums(parsed, values).items() if name not in values}
            )
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


def _minimums(parsed: LogParityParameters, values: Mapping[str, Any]) -> dict[str, Any]:
    """What those parameters are that depend on others, where they are left out."""
    if parsed.match_by == BY_KEY:
        return {"matched_minimum": 0.0, "minimum_rows": 1, "unmatched_limit": parsed.limit}
    return {"matched_minimum": 0.0} if parsed.unmatched_limit < 1 else {}
