"""The site of the documents is built by MkDocs itself, strictly, from the requirements that its lock names."""

from __future__ import annotations

import re

import pytest

from tests.neighbours.environments import environment, run
from tests.running.installation import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.neighbours]


def test_it_is_built_strictly_with_search_and_without_anything_from_elsewhere(tmp_path):
    programs = environment("mkdocs")
    run([programs / "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path / "site"], PROJECT)
    pages = {path.parent.name for path in (tmp_path / "site").glob("*/index.html")}
    assert {"story", "contributing", "checks", "security"} <= pages
    assert "parity" in (tmp_path / "site" / "search" / "search_index.json").read_text()
    text = (tmp_path / "site" / "story" / "index.html").read_text()
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=\"https?://(?!127)[^\"]+\.(?:js|css)", text)
    assert "images/home.png" in text
