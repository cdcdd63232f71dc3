"""What teams write: every gap of a pattern can be filled, and every type of ticket has titles and bodies."""

from __future__ import annotations

from string import Formatter

import pytest

from assessments.tickets.rules.tickets import TicketType
from platform_site.roof.demo import ticket_texts


@pytest.mark.parametrize("texts", [ticket_texts.TITLES, ticket_texts.BODIES])
def test_every_type_has_patterns_whose_gaps_are_known(texts):
    assert set(texts) == set(TicketType) - {TicketType("other")} or set(texts) <= set(TicketType)
    for patterns in texts.values():
        assert patterns
        gaps = {name for pattern in patterns for _, name, _, _ in Formatter().parse(pattern) if name}
        assert gaps <= set(ticket_texts.GAPS)
