"""An entered status beside the measured one: what the figures suggest, and whether the two agree (H11).

>>> compare("lineage", Status.IMPLEMENTED, 3, 40, "production model versions").sentence
'Entered as implemented; 3 of 40 production model versions have it.'
"""

from __future__ import annotations

from typing import Any, NamedTuple

from assessments.organizations.rules.catalogue import Status
from platform_site.text.wording import in_words


class Evidence(NamedTuple):
    """One capability: the entered status (``claimed``), the measured one (None: not measurable), and both in a sentence."""

    capability: str
    claimed: Status
    measured: Status | None
    numerator: int | None
    denominator: int | None
    agrees: bool | None
    sentence: str

    @property
    def contradicts(self) -> bool:
        return self.agrees is False

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()


def suggested(numerator: int, denominator: int) -> Status | None:
    """Implemented where all have it, partial where some do, missing where none does; None with nothing to count.

    >>> suggested(0, 0), str(suggested(2, 2)), str(suggested(1, 2))
    (None, 'implemented', 'partial')
    """
    if denominator == 0:
        return None
    if numerator == denominator:
        return Status.IMPLEMENTED
    return Status.PARTIAL if numerator else Status.MISSING


def compare(capability: str, claimed: Status, numerator: int, denominator: int, of: str) -> Evidence:
    """The entered status beside the figures. Not applicable agrees with a measured zero."""
    measured = suggested(numerator, denominator)
    if measured is None:
        return unmeasured(capability, claimed, f"There are no {of} to measure it by.")
    agrees = claimed == measured or (claimed == Status.NOT_APPLICABLE and measured == Status.MISSING)
    sentence = f"Entered as {in_words(claimed)}; {numerator} of {denominator} {of} have it."
    if capability == "audit_log":
        sentence = f"Entered as {in_words(claimed)}; the audit log's hash chain {'verifies' if numerator else 'does not verify'}."
    return Evidence(capability, claimed, measured, numerator, denominator, agrees, sentence)


def unmeasured(capability: str, claimed: Status, why: str = "Nothing here can measure it.") -> Evidence:
    """An entered status without a measured one."""
    return Evidence(capability, claimed, None, None, None, None, f"Entered as {in_words(claimed)}. {why}")
