import hashlib
import json
import re

import pytest

from registry.client.rules import wheel
from registry.client.rules.single_file import gate_script

pytestmark = pytest.mark.django_db
WHEEL = f"/simple/plumbline/{wheel.file_name(wheel.VERSION)}"
JSON = "application/vnd.pypi.simple.v1+json"


def test_everybody_gets_the_script_with_its_digest_as_etag(client):
    answer = client.get("/gate.py")
    assert answer.content == gate_script().encode()
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["Content-Type"].startswith("text/x-python")


@pytest.mark.parametrize("path", ["/gate.py", "/simple/", "/simple/plumbline/", WHEEL])
def test_what_is_downloaded_is_only_read(client, path):
    assert client.post(path).status_code == 405


def test_the_index_lists_the_package_for_people_and_old_installers(client):
    answer = client.get("/simple/")
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert '<a href="plumbline/">plumbline</a>' in answer.content.decode()
    assert client.get("/simple/", headers={"Accept": "application/vnd.pypi.simple.v1+html"})["Content-Type"] == (
        "application/vnd.pypi.simple.v1+html"
    )


def test_the_index_is_json_for_installers_that_read_it(client):
    answer = client.get("/simple/", headers={"Accept": f"{JSON}, text/html; q=0.01"})
    assert answer["Content-Type"] == JSON
    assert "Accept" in answer["Vary"].split(", ")
    assert json.loads(answer.content) == {"meta": {"api-version": "1.1"}, "projects": [{"name": "plumbline"}]}


def test_the_wheel_is_linked_with_its_digest_and_the_pythons_that_it_needs(client):
    page = client.get("/simple/plumbline/").content.decode()
    link = re.search(r'<a href="([^#"]+)#sha256=([0-9a-f]{64})" data-requires-python="&gt;=3.9"', page)
    content = client.get(f"/simple/plumbline/{link[1]}").content
    assert hashlib.sha256(content).hexdigest() == link[2]
    (file,) = json.loads(client.get("/simple/plumbline/", headers={"Accept": JSON}).content)["files"]
    assert (file["hashes"]["sha256"], file["size"]) == (link[2], len(content))


def test_the_metadata_alone_is_served_with_the_digest_that_the_index_names(client):
    (file,) = json.loads(client.get("/simple/plumbline/", headers={"Accept": JSON}).content)["files"]
    metadata = client.get(f"{WHEEL}.metadata").content
    assert hashlib.sha256(metadata).hexdigest() == file["core-metadata"]["sha256"]
    assert b"\nName: plumbline\n" in metadata


def test_a_cache_asks_again_and_is_answered_briefly(client):
    answer = client.get(WHEEL)
    assert answer["Cache-Control"] == "no-cache"
    assert client.get(WHEEL, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_another_file_does_not_exist(client):
    assert client.get("/simple/plumbline/plumbline-9.9.9-py3-none-any.whl").status_code == 404
    assert client.get("/simple/requests/").status_code == 404
