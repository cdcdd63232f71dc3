"""What can still be done with an import follows from its state."""

from __future__ import annotations

import pytest

from assessments.models import TicketImport

REFUSED = {"state": "failed", "bad_count": 1, "content": b"x"}


@pytest.mark.parametrize("state", TicketImport.State.values)
def test_an_import_is_over_when_it_finished_or_failed(state):
    assert TicketImport(state=state).is_over is (state in {"finished", "failed"})


@pytest.mark.parametrize(
    ("change", "possible"),
    [({}, True), ({"state": "finished"}, False), ({"bad_count": 0}, False), ({"content": b""}, False)],
)
def test_the_good_rows_of_a_refused_file_can_be_stored_while_it_is_there(change, possible):
    assert TicketImport(**REFUSED | change).can_store_the_rest is possible
