import hashlib
from pathlib import Path

import pytest

from registry.versions.ci import gate

pytestmark = pytest.mark.django_db


def test_everybody_gets_the_script_with_its_digest_as_etag(client):
    answer = client.get("/gate.py")
    assert answer.content == Path(gate.__file__).read_bytes()
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["Content-Type"].startswith("text/x-python")


def test_the_script_is_only_read(client):
    assert client.post("/gate.py").status_code == 405
