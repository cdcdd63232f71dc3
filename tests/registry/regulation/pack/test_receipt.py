"""What a receipt says of a pack, and what the chain keeps of it."""

from __future__ import annotations

import hashlib
import json

from registry.regulation.pack import receipt, verify
from registry.regulation.pack.archive import build

LONGEST_PAYLOAD = 64 * 1024


def test_it_has_every_file_with_its_digest_and_every_row(eventful):
    pack = build(eventful)
    body = receipt.body_of(pack)
    assert body["files"].keys() == pack.files.keys()
    for name, entry in body["files"].items():
        assert entry["sha256"] == hashlib.sha256(pack.files[name]).hexdigest()
        assert entry["rows"] == verify.rows(name, pack.files[name])
    assert (body["sha256"], body["bytes"]) == (hashlib.sha256(pack.content).hexdigest(), len(pack.content))
    assert (body["subject"], body["head"]) == ("model_version:demand/v1", pack.head._asdict())


def test_the_chain_keeps_counts_and_digests_and_no_rows(eventful):
    body = receipt.body_of(build(eventful))
    payload = receipt.payload_of(body)
    assert payload.keys() == {"sha256", "bytes", "head", "counts", "receipt"}
    assert len(json.dumps(payload)) < LONGEST_PAYLOAD / 10
    assert sum(payload["counts"]["audit_events.jsonl"].values()) == len(body["files"]["audit_events.jsonl"]["rows"])


def test_its_digest_is_of_what_it_says_however_it_is_written(eventful):
    body = receipt.body_of(build(eventful))
    again = json.loads(json.dumps(body, indent=4))
    assert receipt.digest(again) == receipt.digest(body)
    again["files"]["lineage.json"]["rows"][0][0] += " "
    assert receipt.digest(again) != receipt.digest(body)
