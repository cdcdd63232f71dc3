"""A new check is filled in from the data, and previewed on some rows."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from platform_site.errors import NotReady
from registry.checks.queries import check_proposals
from registry.data.actions.datasets import add_dataset
from registry.models import Check
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db
NEW = "/registry/checks/new/"


@pytest.fixture
def lead(browser_of):
    return browser_of("lead")


def test_a_form_is_filled_in_from_a_table_and_previewed_on_some_rows(in_warehouse):
    result = check_proposals.initial("drift", in_warehouse)
    assert result["columns"] == ["user", "load", "calm", "country", "sometimes"]
    assert (result["window"], result["calibrated"]) == ("day", True)


def test_a_connection_that_was_taken_away_is_said(in_warehouse, settings):
    settings.CONNECTIONS = {}
    with pytest.raises(NotReady, match="an administrator sets CONNECTION_<NAME>"):
        check_proposals.initial("drift", in_warehouse)


def test_a_preview_of_log_parity_looks_at_the_same_entities_of_both_sides(lead, events, data_root, monkeypatch, cora):
    monkeypatch.setattr(check_proposals, "SAMPLE", 1_000)
    served = pq.read_table(data_root / "events.parquet").sort_by([("load", "ascending")])
    served = served.set_column(4, "calm", pc.add(served["calm"], pa.scalar(1.0)))
    pq.write_table(served.set_column(1, "user", served["user"].cast(pa.int32())), data_root / "served.parquet")
    add_dataset(name="served", kind="parquet", location="served.parquet", key=["id"], event_time="at", actor=cora)
    values = {"name": "l", "training": "events", "serving": "served", "entity_key": "user, id", "tolerance_s": 0}
    values |= {"limit": 0, "unmatched_limit": 1, "preview": "1"}
    shown = text(lead.post(f"{NEW}?kind=log_parity", values))
    matched = int(re.search(r"([\d,]+) rows matched, 0 missing, 0 extra", shown)[1].replace(",", ""))
    assert 500 < matched < 2_000
    assert "1 of 4 features differ, most calm" in shown
    assert not Check.objects.exists()
