"""Receipts of packs: what they are called, and in which order they stand."""

from __future__ import annotations

from registry.models import PackReceipt


def test_a_receipt_is_called_by_its_event_and_the_newest_stands_first():
    assert str(PackReceipt(event=57)) == "receipt 57"
    assert PackReceipt._meta.ordering == ["-event"]
