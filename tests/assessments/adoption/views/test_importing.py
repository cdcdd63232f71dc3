"""A file of records is previewed, then stored."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.adoption.actions import add_entry
from assessments.models import UseCase
from platform_site.access import SYSTEM

pytestmark = pytest.mark.django_db


def answered(visitor, path, **fields):
    answer = visitor.post(path, fields, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_file_is_previewed_then_stored(browser_of):
    visitor = browser_of("contributor")
    content = "name,supported,on_platform,cost\nbatch,yes,no,1\n<b>stream</b>,perhaps,no,1\n"
    file = SimpleUploadedFile("cases.csv", content.encode())
    preview = visitor.post("/adoption/import/", {"kind": "use-cases", "file": file})
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "Write yes or no." in page
    assert "Not used: cost." in page
    assert "&lt;b&gt;stream" not in page, "a bad row is not among the new records"
    assert "Store the good rows" in page
    assert not UseCase.objects.exists()
    again = {"kind": "use-cases", "content": base64.b64encode(content.encode()).decode(), "zone": "UTC"}
    assert visitor.post("/adoption/import/", again | {"store": "all"}).status_code == 422
    _, page = answered(visitor, "/adoption/import/", **again, store="good")
    assert "1 record added, 0 changed, 0 as they were. 1 bad row left out." in page
    _, page = answered(visitor, "/adoption/import/", **again)
    assert "No row can be stored" in page


def test_a_change_is_previewed_with_old_and_new(browser_of):
    add_entry(UseCase, name="batch", supported=True, on_platform=False, actor=SYSTEM)
    file = SimpleUploadedFile("cases.csv", b"name,supported,on_platform\nbatch,yes,yes\n")
    page = browser_of("lead").post("/adoption/import/", {"kind": "use-cases", "file": file}).content.decode()
    assert "On platform: no → yes" in page


@pytest.mark.parametrize("fields", [{}, {"content": "!"}, {"zone": "Mars", "content": "YQ=="}, {"content": "YQ=="}])
def test_what_is_not_a_file_is_refused_at_its_field(browser_of, fields):
    assert browser_of("lead").post("/adoption/import/", {"kind": "use-cases"} | fields).status_code == 422
