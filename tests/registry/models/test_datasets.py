"""Data sets, snapshots and source tables: what the database refuses, and how one is named."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from registry.models import Dataset, DatasetSnapshot, SourceTable


def snapshot(dataset: Dataset, *, rows: int = 0, digest: str = "a" * 64) -> DatasetSnapshot:
    return DatasetSnapshot.objects.create(
        dataset=dataset, digest=digest, rows=rows, schema=[], taken_by="cora", taken_at=timezone.now()
    )


def test_a_snapshot_has_no_row_or_more_and_never_fewer(orders):
    assert snapshot(orders.current.dataset).rows == 0
    with pytest.raises(IntegrityError, match="dataset_snapshot_rows_not_negative"), transaction.atomic():
        snapshot(orders.current.dataset, rows=-1, digest="b" * 64)


def test_a_digest_is_stored_once(orders):
    first = snapshot(orders.current.dataset)
    assert str(first) == f"{orders.current.dataset_id}@{'a' * 12}"
    with pytest.raises(IntegrityError), transaction.atomic():
        snapshot(orders.current.dataset)


def test_a_snapshot_is_never_changed(orders):
    first = snapshot(orders.current.dataset)
    with pytest.raises(Error), transaction.atomic():
        DatasetSnapshot.objects.filter(pk=first.pk).update(rows=1)
    with pytest.raises(Error), transaction.atomic():
        first.delete()


def test_a_name_is_taken_once(orders):
    assert (str(orders), str(orders.current.dataset)) == ("orders", "orders")
    with pytest.raises(IntegrityError), transaction.atomic():
        Dataset.objects.create(name="orders", kind="csv", location="x.csv", created_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceTable.objects.create(name="orders")


def test_a_data_set_with_a_source_table_cannot_be_deleted(orders):
    with pytest.raises(ProtectedError):
        orders.current.dataset.delete()


@pytest.mark.parametrize(("kind", "fits"), [("parquet", True), ("csv", True), ("table", True), ("xml", False)])
def test_the_kind_is_one_of_three(kind, fits):
    field = Dataset._meta.get_field("kind")
    if fits:
        assert field.clean(kind, None) == kind
    else:
        with pytest.raises(ValidationError):
            field.clean(kind, None)
