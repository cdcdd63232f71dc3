"""What the README promises is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.documents import configuration_table

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()


def test_the_configuration_table_is_the_one_of_the_code():
    assert configuration_table.with_table(README) == README, (
        "The table of configuration in README.md is out of date. Run `python3 -m tests.documents.configuration_table`."
    )


def test_a_readme_without_a_table_is_refused():
    with pytest.raises(ValueError, match=r"README\.md has no table of configuration"):
        configuration_table.with_table(README.replace(configuration_table.END, ""))


def test_every_command_that_is_named_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", README))
    assert named >= {"up", "test", "gate", "parity", "token", "verify_audit"}
    assert named <= set(get_commands())


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md", *sorted(map(str, Path("docs").rglob("*.md")))])
def test_every_link_leads_somewhere(document):
    text = (PROJECT / document).read_text()
    missing = [
        target
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
        if not ((PROJECT / document).parent / target).exists()
    ]
    assert missing == []


NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SECURITY = (PROJECT / "docs/security.md").read_text()


def test_every_test_that_security_rests_on_exists():
    named = NAMED_TEST.findall(SECURITY)
    assert len(named) > 50
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (PROJECT / path).read_text()]
    assert missing == []


def test_every_chapter_of_the_standard_is_answered():
    chapters = re.findall(r"^\| V(\d+) [^|]+\| [^|]+\| ([^|]*)\|$", SECURITY, re.MULTILINE)
    assert [int(number) for number, _ in chapters] == list(range(1, 18))
    assert [number for number, shown in chapters if not shown.strip()] == ["17"]  # is not used
