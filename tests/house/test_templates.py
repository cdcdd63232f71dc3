"""How templates are written: laid out by the formatter, in lines that fit on a screen."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
DJADE = Path(sys.executable).with_name("djade")
LONGEST_LINE = 140
TAG = re.compile(r"{%.*?%}|{{.*?}}")
NAMED = re.compile(r"""{% *(?:include|extends) +["']([^"']+)["']""")


def too_long(line: str) -> bool:
    """Whether a line is over the limit. Django's tags cannot hold a line break: a line of long tags is only measured
    without them."""
    return len(line) > LONGEST_LINE and len(TAG.sub("", line)) > LONGEST_LINE - 40


def test_templates_are_laid_out_by_the_formatter(tmp_path):
    assert TEMPLATES, "no template found: the test looks in the wrong place"
    command = [str(DJADE), "--check", "--target-version", "5.2", *map(str, TEMPLATES)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, f"run djade over templates/: {checked.stderr or checked.stdout}"


def test_no_line_of_a_template_is_too_long():
    lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        if path.name != "head.html"  # one attribute holds htmx's configuration
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if too_long(line)
    ]
    assert lines == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x" * 140, False),
        ("x" * 141, True),
        ('{% include "ui/lists/empty.html" with sentence="' + "x" * 150 + '" only %}', False),
        ("x" * 120 + "{{ value }}" * 3, True),
    ],
)
def test_a_line_that_is_too_long_is_seen(line, expected):
    assert too_long(line) is expected


def missing(text: str) -> list[str]:
    """The templates that a template includes or extends and that are not there. The admin's frame and the parts of widgets
    are Django's own."""
    names = [name for name in NAMED.findall(text) if not name.startswith(("admin/", "django/forms/"))]
    return [name for name in names if not (ROOT / "templates" / name).exists()]


def test_every_template_that_another_one_names_is_there():
    assert {path.name: missing(path.read_text()) for path in TEMPLATES if missing(path.read_text())} == {}


def test_a_template_that_is_not_there_is_seen():
    text = '{% extends "base.html" %}{% include "ui/time.html" with at=t only %}{% include \'nowhere.html\' %}'
    assert missing(text) == ["ui/time.html", "nowhere.html"]


def test_the_frame_of_all_pages_takes_no_name_that_a_page_gives_its_own_values():
    """Every page is rendered inside base.html: what that sets would hide a page's value of the same name."""
    set_by_frame = re.findall(r"{% [^%]* as (\w+) %}", (ROOT / "templates" / "base.html").read_text())
    assert set_by_frame, "base.html sets nothing: the test looks in the wrong place"
    assert [name for name in set_by_frame if not name.startswith("navigation_")] == []
