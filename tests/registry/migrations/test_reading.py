"""Data sets of earlier versions keep their snapshots, which stay written once, and have no description yet."""

from __future__ import annotations

import pytest
from django.db import Error, transaction
from django.utils import timezone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgresql]
BEFORE, AFTER = ("registry", "0024_source_table_tags"), ("registry", "0025_reading")


def test_snapshots_stay_and_another_data_set_may_have_the_same_content(earlier_database):
    apps = earlier_database(BEFORE)
    added = {"kind": "csv", "created_by": "cora", "created_at": timezone.now()}
    first, second = (
        apps.get_model("registry", "Dataset").objects.create(name=name, location=f"{name}.csv", **added)
        for name in "ab"
    )
    taken = {"digest": "a" * 64, "rows": 1, "schema": [], "taken_by": "cora", "taken_at": timezone.now()}
    first_key = first.snapshots.create(**taken).pk

    apps = earlier_database(AFTER)
    datasets, snapshots = (
        apps.get_model("registry", "Dataset").objects,
        apps.get_model("registry", "DatasetSnapshot").objects,
    )
    assert list(datasets.values_list("stated", "reading", "inspection")) == [({}, {}, {})] * 2
    assert datasets.get(pk=second.pk).snapshots.create(**taken).pk != first_key
    for pk in snapshots.values_list("pk", flat=True):
        with pytest.raises(Error), transaction.atomic():
            snapshots.filter(pk=pk).update(rows=2)
    with pytest.raises(Error), transaction.atomic():
        datasets.get(pk=first.pk).snapshots.create(**taken)
    assert snapshots.get(pk=first_key).rows == 1
