"""The button that hands out a regulator pack, the page of the receipts, and the script."""

from __future__ import annotations

from platform_site.audit.models import AuditEvent
from registry.models import PackReceipt
from registry.regulation.pack import verify
from registry.regulation.pack.archive import VERIFIER
from tests.registry.versions.views.test_models import text

PACK = "/registry/models/demand/v1/pack/"
RECEIPTS = "/registry/models/demand/v1/receipts/"


def test_the_button_downloads_the_pack_and_the_download_is_on_record(model_version, browser_of):
    answer = browser_of("viewer").post(PACK)
    assert answer["Content-Disposition"] == 'attachment; filename="demand-v1.zip"'
    event = AuditEvent.objects.get(action="regulator_pack.handed_out")
    assert (event.actor, event.content["bytes"]) == ("viewer", len(answer.content))
    assert answer["X-Plumbline-Receipt"] == str(event.sequence)


def test_a_link_alone_hands_out_nothing(model_version, browser_of):
    assert browser_of("viewer").get(PACK).status_code == 405
    assert not AuditEvent.objects.filter(action="regulator_pack.handed_out").exists()


def test_the_page_lists_receipts_and_each_is_a_file_that_verifies_its_pack(model_version, browser_of, tmp_path):
    viewer = browser_of("viewer")
    assert "No receipts yet" in text(viewer.get(RECEIPTS))
    pack = viewer.post(PACK).content
    receipt = PackReceipt.objects.get()
    page = text(viewer.get(RECEIPTS))
    assert f"Event {receipt.event}" in page
    assert receipt.sha256[:12] in page
    answer = viewer.get(f"{RECEIPTS}{receipt.event}/")
    assert answer["Content-Disposition"] == f'attachment; filename="demand-v1-receipt-{receipt.event}.json"'
    (tmp_path / "pack.zip").write_bytes(pack)
    (tmp_path / "receipt.json").write_bytes(answer.content)
    arguments = ["--receipt", str(tmp_path / "receipt.json"), str(tmp_path / "pack.zip")]
    assert verify.main(arguments) == verify.VERIFIED
    assert viewer.get(f"{RECEIPTS}1/").status_code == 404


def test_the_page_of_a_version_leads_to_its_receipts(model_version, browser_of):
    assert RECEIPTS in browser_of("viewer").get("/registry/models/demand/v1/").content.decode()


def test_the_script_comes_from_the_installation(model_version, browser_of):
    answer = browser_of("viewer").get("/registry/verify.py")
    assert answer.content == VERIFIER.read_bytes()
    assert answer["Content-Disposition"] == 'attachment; filename="verify.py"'
