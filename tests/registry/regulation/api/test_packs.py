"""The regulator pack over the API, and its receipt, which is read apart from it."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

from registry.regulation.pack import verify

PACK = "/api/v1/models/demand/versions/{}/regulator-pack/"


def test_the_pack_is_a_zip_and_an_unknown_version_is_not_found(model_version, api):
    viewer = api("viewer")
    answer = viewer.get(PACK.format("v1"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "demand-v1/manifest.json" in zipfile.ZipFile(BytesIO(answer.content)).namelist()
    assert viewer.get(PACK.format("v9")).status_code == 404


def test_the_header_names_the_receipt_which_verifies_the_pack(model_version, api, tmp_path):
    viewer = api("viewer")
    answer = viewer.get(PACK.format("v1"))
    receipt = viewer.get(f"{PACK.format('v1')}receipts/{answer['X-Plumbline-Receipt']}/")
    pack, path = tmp_path / "pack.zip", tmp_path / "receipt.json"
    pack.write_bytes(answer.content)
    path.write_bytes(receipt.content)
    assert verify.main(["--receipt", str(path), str(pack)]) == verify.VERIFIED
    assert json.loads(receipt.content)["event"]["actor"] == "viewer"


def test_receipts_are_listed_the_newest_first_without_their_rows(model_version, api):
    viewer = api("viewer")
    events = [int(viewer.get(PACK.format("v1"))["X-Plumbline-Receipt"]) for _ in range(2)]
    rows = viewer.get(f"{PACK.format('v1')}receipts/").json()["results"]
    assert [row["event"] for row in rows] == events[::-1]
    assert rows[0].keys() == {"event", "sha256", "digest", "rows", "handed_out_to", "handed_out_at"}
    assert viewer.get(f"{PACK.format('v1')}receipts/1/").status_code == 404
