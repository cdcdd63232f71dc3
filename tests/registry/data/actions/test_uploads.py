"""Small files that go into the data root."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, NotReady
from registry.data.actions import uploads
from registry.data.actions.uploads import upload_file

pytestmark = pytest.mark.django_db
CONTENT = b"id,value\n1,2\n"


@pytest.fixture
def root(settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    return tmp_path


def file(name: str = "sales.csv", content: bytes = CONTENT) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_it_is_stored_and_on_record(root, cora):
    assert upload_file(file(), actor=cora) == "uploads/sales.csv"
    stored = root / "uploads" / "sales.csv"
    assert (stored.read_bytes(), stored.stat().st_mode & 0o777) == (CONTENT, 0o640)
    event = AuditEvent.objects.get(action="data_file.uploaded")
    assert event.content == {"bytes": len(CONTENT), "digest": hashlib.sha256(CONTENT).hexdigest()}
    assert [path.name for path in (root / "uploads").iterdir()] == ["sales.csv"], "no part of it is left"


def test_a_file_that_is_there_stays(root, cora):
    upload_file(file(), actor=cora)
    with pytest.raises(Invalid, match=r"There is a file uploads/sales\.csv already"):
        upload_file(file(content=b"other"), actor=cora)
    assert (root / "uploads" / "sales.csv").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("notes.txt", CONTENT, ["malformed"]),
        (".hidden.csv", CONTENT, ["malformed"]),
        ("_log.csv", CONTENT, ["malformed"]),
        ("a b.csv", CONTENT, ["malformed"]),
        ("x" * 130 + ".csv", CONTENT, ["malformed"]),
        ("empty.csv", b"", ["empty"]),
        ("large.csv", b"x" * 200, ["too_large"]),
        ("large.exe", b"x" * 200, ["malformed", "too_large"]),
    ],
)
def test_what_is_not_data_or_too_much_is_refused_with_every_fault(name, content, codes, root, cora, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    with pytest.raises(Invalid) as refused:
        upload_file(file(name, content), actor=cora)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("file", code) for code in codes]
    assert not (root / "uploads").exists()


def test_a_root_that_cannot_be_written_says_so(settings, tmp_path, cora):
    (tmp_path / "file").write_text("")
    settings.DATA_ROOTS = [tmp_path / "file"]
    with pytest.raises(NotReady, match="The data root cannot be written"):
        upload_file(file(), actor=cora)


def test_who_describes_no_data_uploads_none(root, actor):
    with pytest.raises(NotAllowed):
        upload_file(file(), actor=actor("viewer"))
