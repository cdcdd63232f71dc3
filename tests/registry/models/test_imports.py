"""Imports and the records that came from them: what the database refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.models import Import, ImportedRecord

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = timezone.now()
IMPORT = {"system": "dbt", "origin": "shop", "found": {}, "requested_by": "cora", "requested_at": NOW}
RECORD = {"system": "dbt", "origin": "shop", "kind": "feature", "external_id": "model.orders", "name": "orders_3d"}


@pytest.mark.parametrize(
    "wrong",
    [{"system": "excel"}, {"system": ""}, {"state": "applied"}, {"applied_at": NOW}, {"state": "dropped"}],
)
def test_an_import_is_of_a_known_system_and_has_a_time_exactly_when_applied(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.create(**IMPORT | wrong)
    Import.objects.create(**IMPORT)
    assert str(Import.objects.create(**IMPORT, state="applied", applied_at=NOW)) == "dbt shop"


def test_a_record_of_another_tool_is_imported_once_for_each_origin():
    fields = RECORD | {"imported_in": Import.objects.create(**IMPORT), "imported_by": "cora", "imported_at": NOW}
    assert str(ImportedRecord.objects.create(**fields)) == "dbt:model.orders"
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportedRecord.objects.create(**fields | {"name": "orders_7d"})
    for change in ({"origin": "other"}, {"system": "feast"}, {"kind": "check"}, {"external_id": "model.Orders"}):
        ImportedRecord.objects.create(**fields | change)
