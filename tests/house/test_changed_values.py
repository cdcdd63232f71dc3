"""Old and new values of what is edited by hand come from one function, so that every such event has both."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORDS = {"record", "Entry", "_record"}
EDITS = re.compile(r"\.(changed|edited|\w+_changed|saved|mapped|merged)$")
# One value that the event is about, as its `from` and `to`.
BY_HAND = {
    "platform_site/people/actions/persons.py",
    "platform_site/people/actions/service_accounts.py",
    "registry/features/actions/current_version.py",
}
FEWEST = 15


def edits(source: str) -> list[str]:
    """The actions of events about edits that a module records."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    named = [call for call in calls if getattr(call.func, "id", "") in RECORDS]
    texts = [part.value for call in named for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and (EDITS.search(text) or text == "changed")]


def test_modules_that_record_edits_use_the_one_function():
    paths = [path for app in ("assessments", "platform_site", "registry") for path in (ROOT / app).rglob("*.py")]
    editing = {str(path.relative_to(ROOT)): path.read_text() for path in paths if edits(path.read_text())}
    assert len(editing) > FEWEST, "few modules record edits: the test looks in the wrong place"
    assert {name for name, source in editing.items() if "platform_site.text.changes" not in source} == BY_HAND


def test_an_edit_is_seen_however_it_is_recorded():
    assert edits('record("ticket.changed", subject="x", actor=a, payload={})') == ["ticket.changed"]
    assert edits('record(f"{kind}.edited", subject="x")') == [".edited"]
    assert edits('Entry("gate_policy.saved", "x", {})') == ["gate_policy.saved"]
    assert edits('_record("changed", webhook, actor)') == ["changed"]
    assert edits('record("ticket.recorded", subject="x")') == []
