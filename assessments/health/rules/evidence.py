"""An entered status beside the measured one: what the figures suggest, and whether the two agree (H11).

>>> line = compare("lineage", Status.IMPLEMENTED, Measurement(3, 40, "production model versions", Coverage(20, 20)))
>>> line.sentence, str(line.measured), line.agrees
('Entered as implemented; 3 of 40 production model versions have it.', 'partial', False)
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from assessments.organizations.rules.catalogue import Status
from platform_site.text.wording import in_words

ENOUGH_PERCENT = 80
RANK: dict[str, int] = {Status.MISSING: 0, Status.PARTIAL: 1, Status.IMPLEMENTED: 2}


class Coverage(NamedTuple):
    """How many production models the figures see, and how many there are as people state; ``stated`` None: nobody did."""

    seen: int
    stated: int | None

    @property
    def is_sufficient(self) -> bool:
        """Whether the figures see enough to suggest a status.

        >>> Coverage(8, 10).is_sufficient, Coverage(7, 10).is_sufficient, Coverage(3, None).is_sufficient
        (True, False, False)
        """
        return self.stated is not None and 100 * self.seen >= ENOUGH_PERCENT * self.stated

    @property
    def sentence(self) -> str:
        """Why no status is suggested; empty where one is.

        >>> Coverage(3, 180).sentence
        'The registry sees 3 of 180 production models, which is too few to suggest a status.'
        """
        if self.is_sufficient:
            return ""
        if self.stated is None:
            return "No status is suggested until the number of models in production is entered."
        return (
            f"The registry sees {self.seen} of {self.stated} production models, which is too few to suggest a status."
        )


class Measurement(NamedTuple):
    """How many of how many have a capability, what was counted, and how much of the organization that is.

    ``without`` names the first records that lack it.
    """

    numerator: int
    denominator: int
    of: str
    coverage: Coverage
    without: tuple[str, ...] = ()


class Evidence(NamedTuple):
    """One capability: the entered status (``claimed``) and what was measured, both in a sentence.

    ``measured`` is the status that the figures suggest; None where nothing is measured or too little is seen.
    ``counter_examples`` name records without it. ``stored_at`` is set where it was stored with its publication.
    """

    capability: str
    claimed: Status
    measured: Status | None
    numerator: int | None
    denominator: int | None
    agrees: bool | None
    sentence: str
    of: str = ""
    coverage: Coverage | None = None
    counter_examples: tuple[str, ...] = ()
    stored_at: datetime | None = None

    @property
    def contradicts(self) -> bool:
        return self.agrees is False

    @property
    def highest(self) -> Status | None:
        """The highest status that the figures allow, however little is seen; None where nothing is counted."""
        return suggested(self.numerator or 0, self.denominator or 0)

    @property
    def can_be_taken_over(self) -> bool:
        """Whether a status is suggested that differs from the entered one."""
        return self.measured is not None and self.contradicts

    def as_dict(self) -> dict[str, Any]:
        coverage = self.coverage._asdict() if self.coverage else None
        return self._asdict() | {"coverage": coverage, "counter_examples": list(self.counter_examples)}


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


def is_contradicted(claimed: str, numerator: int, denominator: int) -> bool:
    """Whether the claim is higher than what was counted: it is so however few models are seen.

    >>> is_contradicted("implemented", 1, 3), is_contradicted("missing", 1, 3), is_contradicted("not_applicable", 0, 3)
    (True, False, False)
    """
    highest = suggested(numerator, denominator)
    return highest is not None and claimed in RANK and RANK[claimed] > RANK[highest]


def compare(capability: str, claimed: Status, measurement: Measurement) -> Evidence:
    """The entered status beside the figures. Not applicable agrees with a measured zero."""
    numerator, denominator, of, coverage, without = measurement
    highest = suggested(numerator, denominator)
    if highest is None:
        return unmeasured(capability, claimed, f"There are no {of} to measure it by.")._replace(coverage=coverage)
    measured = highest if coverage.is_sufficient else None
    agrees = _agrees(claimed, measured)
    if is_contradicted(claimed, numerator, denominator):
        agrees = False
    have = "their event in a chain that verifies" if capability == "audit_log" else "it"
    figures = f"Entered as {in_words(claimed)}; {numerator} of {denominator} {of} have {have}."
    sentence = f"{figures} {coverage.sentence}".strip()
    return Evidence(capability, claimed, measured, numerator, denominator, agrees, sentence, of, coverage, without)


def unmeasured(capability: str, claimed: Status, why: str = "Nothing here can measure it.") -> Evidence:
    """An entered status without a measured one."""
    return Evidence(capability, claimed, None, None, None, None, f"Entered as {in_words(claimed)}. {why}")


def _agrees(claimed: Status, measured: Status | None) -> bool | None:
    if measured is None:
        return None
    return claimed == measured or (claimed == Status.NOT_APPLICABLE and measured == Status.MISSING)
