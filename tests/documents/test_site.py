"""The site of the documents names every document, and what it adds to them leads somewhere."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
SITE = yaml.safe_load((PROJECT / "mkdocs.yml").read_text())


def hooks() -> Any:
    specification = importlib.util.spec_from_file_location("site_hooks", PROJECT / "docs" / "site" / "hooks.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def pages(entries: Any) -> Iterator[str]:
    """Every page below a part of the navigation."""
    for entry in entries:
        for target in entry.values():
            yield from pages(target) if isinstance(target, list) else (target,)


def test_every_document_is_in_the_navigation_once():
    folder = PROJECT / "docs"
    documents = {str(path.relative_to(folder)) for path in folder.rglob("*.md")} | set(hooks().PAGES.values())
    listed = [*pages(hooks().on_config(dict(SITE))["nav"])]
    assert sorted(listed) == sorted(documents)
    few = hooks().on_config({"nav": [{"Start": "README.md"}]})["nav"]
    assert {"checks": "checks.md"} in few[-1]["More"], "one that nobody named is listed at the end"


def test_links_out_of_the_folder_lead_to_pages_of_the_site():
    text = hooks().on_page_markdown("[the story](../README.md#five), [how](../CONTRIBUTING.md)")
    assert text == "[the story](story.md#five), [how](contributing.md)"


def test_nothing_on_the_site_comes_from_elsewhere():
    assert SITE["theme"]["highlightjs"] is False
    assert not re.search(r"https?://", str([SITE["plugins"], SITE.get("extra_css"), SITE.get("extra_javascript")]))
