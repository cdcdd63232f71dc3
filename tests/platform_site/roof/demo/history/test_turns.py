"""What went otherwise than planned is about features and models that there are."""

from __future__ import annotations

import pytest

from platform_site.errors import Refused
from platform_site.roof.demo.history import turns
from platform_site.roof.demo.history.plan import plan


@pytest.mark.parametrize(
    "change", [turns.NET_SPEND, turns.INCOME_WITH_FLOOR, turns.TIDIED, turns.SHORT_VISITS, turns.LATE_SIX]
)
def test_a_definition_that_changes_is_one_of_its_table(change):
    logic, null_handling, _ = plan().tables[change.table].features[change.feature]
    assert (logic, null_handling) != (change.logic, change.null_handling)


def test_what_must_be_refused_is_refused_or_the_history_stops():
    def refuse() -> None:
        raise Refused("no", "No.")

    turns._refused(refuse)
    with pytest.raises(AssertionError, match="expects a refusal"):
        turns._refused(lambda: None)
