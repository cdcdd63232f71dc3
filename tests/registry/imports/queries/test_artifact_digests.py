"""The digest of an artifact is the one that the package makes of the same folder; what cannot be read says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from platform_site.outbound.client import Answer
from registry.client.plumbline import _surroundings as surroundings
from registry.imports.queries import artifact_digests
from registry.imports.queries.artifact_digests import PROXY, digest_of

FILES = {"MLmodel": b"flavors: {}", "data/model.bin": b"weights", "empty": b""}


class Proxy:
    """What the proxy answers over files in memory, as MLflow 3.17 does: names of a folder's entries, and their bytes."""

    def __init__(self, files: dict[str, bytes], address: str = "mlflow-artifacts:/0/models/m-1/artifacts") -> None:
        self.files, self.address = files, address

    def call(self, path: str, query: dict[str, str], *, missing: Any = None) -> dict[str, Any]:
        if path == "runs/get":
            return {"run": {"info": {"artifact_uri": "mlflow-artifacts:/0/models/m-1"}}}
        return {"artifact_uri": self.address}

    def fetch(self, path: str, query: dict[str, str], *, longest: int = 0) -> Answer:
        if path == PROXY:
            below = query["path"].removeprefix("0/models/m-1/artifacts").strip("/")
            inside = [name.removeprefix(below).strip("/") for name in self.files if name.startswith(below)]
            entries = {
                name.partition("/")[0]: {"path": name.partition("/")[0], "is_dir": True}
                if "/" in name
                else {"path": name, "is_dir": False, "file_size": len(self.files[f"{below}/{name}".strip("/")])}
                for name in inside
            }
            return Answer(200, json.dumps({"files": list(entries.values())}).encode(), 0.0)
        body = self.files.get(path.removeprefix(f"{PROXY}/0/models/m-1/artifacts/"))
        return Answer(404, b"", 0.0) if body is None else Answer(200, body, 0.0)


def test_it_is_the_digest_of_the_same_folder(tmp_path: Path):
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert digest_of(Proxy(FILES), "churn", "1") == (surroundings.artifact_of(str(tmp_path))["digest"], "")
    assert digest_of(Proxy(FILES, "runs:/r1/artifacts"), "churn", "1") == digest_of(Proxy(FILES), "churn", "1")
    changed = digest_of(Proxy(FILES | {"MLmodel": b"flavors: []"}), "churn", "1")
    assert changed.digest not in ("", digest_of(Proxy(FILES), "churn", "1").digest)


@pytest.mark.parametrize(
    ("proxy", "limits", "why"),
    [
        (Proxy(FILES, "s3://models/churn"), {}, "Its artifact is not behind the server's artifact proxy."),
        (Proxy({}), {}, "Its artifact has no files."),
        (Proxy(FILES), {"MOST_FILES": 2}, "Its artifact has more than 2 files."),
        (Proxy(FILES), {"MOST_BYTES": 10}, "Its artifact is larger than 0 MiB."),
        (Proxy({"a/b/c": b""}), {"DEEPEST": 1}, "Its artifact has folders more than 1 deep."),
        (Proxy(FILES), {"PATIENCE_S": -1.0}, "Its artifact could not be read within -1 s."),
    ],
)
def test_what_is_not_read_says_why(proxy, limits, why, monkeypatch):
    for name, value in limits.items():
        monkeypatch.setattr(artifact_digests, name, value)
    assert digest_of(proxy, "churn", "1") == ("", why)
