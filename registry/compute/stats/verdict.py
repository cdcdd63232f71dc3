"""From what was found to a verdict, within limits that are named, stored and shown.

>>> import pyarrow as pa
>>> from registry.compute.stats.equality_rule import rule_of
>>> from registry.compute.stats.parity import compare_rows
>>> column, rule = pa.chunked_array([[1, 2]]), rule_of(pa.int64(), pa.int64())
>>> parity_verdict(compare_rows(column, column, rule), rule).sentence
'All 2 rows are equal. Whole numbers are compared exactly.'
>>> parity_verdict(compare_rows(column, pa.chunked_array([[1, 3]]), rule), rule, limit=0.5).outcome
<Outcome.PASSED: 'passed'>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from registry.compute.stats.catalogue import ENTRIES, default_limit
from registry.compute.stats.comparison import Comparison
from registry.compute.stats.equality_rule import Family, Rule
from registry.compute.stats.parity import Parity
from registry.compute.stats.result import Outcome, Statistic


@dataclass(frozen=True)
class DistributionLimits:
    """An alarm is a statistic above its limit. ``minimum_rows``: with fewer on a side nothing is said about drift."""

    psi: float = default_limit("psi")
    wasserstein_normed: float = default_limit("wasserstein_normed")
    ks: float = default_limit("ks")
    jensen_shannon: float = default_limit("jensen_shannon")
    null_share_change: float = default_limit("null_share_change")
    nan_share_change: float = default_limit("nan_share_change")
    minimum_rows: int = 200

    def of(self, name: str) -> float | None:
        """The limit of a statistic; None where it has none."""
        return None if name == "minimum_rows" else self.as_dict().get(name)

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


class Verdict(NamedTuple):
    """An outcome and one sentence that says why."""

    outcome: Outcome
    sentence: str


DEFAULT_LIMITS = DistributionLimits()


def parity_verdict(parity: Parity, rule: Rule, *, limit: float = 0.0, ambiguous_rows: int = 0) -> Verdict:
    """Fails above ``limit``, a share 0..1; ``ambiguous_rows`` are rows whose value hangs on the order of a tie."""
    if parity.mismatch_rate is None:
        return Verdict(Outcome.NOT_ENOUGH_DATA, "There is no row to compare.")
    if ambiguous_rows:
        return Verdict(
            Outcome.NOT_DETERMINISTIC,
            f"{row_count(ambiguous_rows)} tie in the order that the logic relies on: it can give other values on each "
            "run. Order by a unique key as well.",
        )
    sentence, how = _differing(parity), _how(parity, rule)
    if parity.mismatch_rate > limit:
        return Verdict(Outcome.FAILED, f"{sentence}, above the limit of {percent(limit)}. {how}.")
    if parity.rows_that_differ:
        return Verdict(Outcome.PASSED, f"{sentence}, within the limit of {percent(limit)}. {how}.")
    equal = "The one row is equal" if parity.rows == 1 else f"All {row_count(parity.rows)} are equal"
    return Verdict(Outcome.PASSED, f"{equal}. {how}.")


def other_kinds(rule: Rule) -> Verdict:
    """Fails where no value of one side can be equal to one of the other."""
    return Verdict(Outcome.FAILED, f"{rule.sentence}. Give both one kind of value.")


def distribution_alarms(comparison: Comparison, limits: DistributionLimits = DEFAULT_LIMITS) -> tuple[Statistic, ...]:
    """Every statistic that has a limit, with the limit applied: ``alarm`` true, false, or None where undefined."""
    limited = ((statistic, limits.of(statistic.name)) for statistic in comparison.statistics)
    return tuple(statistic.against(limit) for statistic, limit in limited if limit is not None)


def alarms_sentence(alarms: Sequence[Statistic]) -> str:
    """What the distribution statistics alone would have said."""
    above = [ENTRIES[statistic.name].title for statistic in alarms if statistic.alarm]
    undefined = [ENTRIES[statistic.name].title for statistic in alarms if statistic.alarm is None]
    if above:
        return f"Above the alarm limit: {', '.join(above)}."
    if undefined:
        return f"No distribution statistic is above its alarm limit; without a value: {', '.join(undefined)}."
    return "Every distribution statistic is below its alarm limit."


def percent(share: float) -> str:
    """A share in per cent, never rounded to nothing or to all.

    >>> percent(0.12), percent(1e-7), percent(0.99999), percent(0.0)
    ('12.0%', 'under 0.1%', 'over 99.9%', '0%')
    """
    if share in (0, 1):
        return f"{share * 100:.0f}%"
    if share < 0.001:
        return "under 0.1%"
    if share > 0.999:
        return "over 99.9%"
    return f"{share * 100:.1f}%"


def _how(parity: Parity, rule: Rule) -> str:
    """How the values were compared, and by how much they differ at most."""
    largest = parity.max_abs_difference
    if largest is None:
        return rule.sentence
    exact = rule.trained == rule.current == Family.WHOLE and largest < 2**53
    return f"{rule.sentence}; the largest difference is {f'{int(largest):,}' if exact else f'{largest:.6g}'}"


def _differing(parity: Parity) -> str:
    counted = {
        "null on one side only": parity.null_in_one_only,
        "missing": parity.missing,
        "extra": parity.extra,
    }
    parts = [f"{count:,} {what}" for what, count in counted.items() if count]
    verb = "differs" if parity.rows_that_differ == 1 else "differ"
    counts = f"{parity.rows_that_differ:,} of {row_count(parity.rows)} {verb} ({percent(parity.mismatch_rate or 0.0)}"
    return f"{counts}; {', '.join(parts)})" if parts else f"{counts})"


def row_count(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
