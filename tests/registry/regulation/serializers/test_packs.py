"""A receipt as the API lists it and as it is handed out."""

from __future__ import annotations

import json

from registry.regulation.actions.packs import hand_out
from registry.regulation.serializers.packs import PackReceiptOutput, ReceiptContentOutput
from tests.registry.regulation.conftest import VIEWER


def test_a_receipt_is_listed_by_its_event_and_handed_out_whole(model_version):
    receipt = hand_out(model_version, actor=VIEWER).receipt
    listed = PackReceiptOutput(receipt).data
    assert (listed["event"], listed["rows"], listed["handed_out_to"]) == (receipt.event, receipt.rows, "vera")
    content = json.loads(receipt.content)
    assert json.loads(json.dumps(ReceiptContentOutput(content).data)) == content
