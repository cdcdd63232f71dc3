"""What the README promises is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from platform_site.environment import SETTINGS

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text()


def test_the_configuration_table_names_every_setting_and_no_other():
    rows = re.findall(r"^\| `([A-Z_<>]+)` \|", README, re.MULTILINE)
    assert rows == [setting.name for setting in SETTINGS]


def test_every_command_that_is_named_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", README))
    assert named >= {"up", "test", "gate", "parity", "token", "verify_audit"}
    assert named <= set(get_commands())


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md", *sorted(map(str, Path("docs").glob("*.md")))])
def test_every_link_leads_somewhere(document):
    text = (PROJECT / document).read_text()
    missing = [
        target
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
        if not ((PROJECT / document).parent / target).exists()
    ]
    assert missing == []
