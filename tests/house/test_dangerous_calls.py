"""What no line of the tree does: run what it was sent, unpack objects of strangers, or trust markup. And the linter,
whose list of such things is longer, finds nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("platform_site", "registry", "assessments")
MODULES = {"pickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle", "joblib", "telnetlib", "imp"}
CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load", "tempfile.mktemp",
    "mark_safe", "SafeString", "RawSQL", "ssl._create_unverified_context",
}  # fmt: skip
# Texts of our own: an attribute without a value in it, and what our forms say below their fields.
ALLOWED = {("platform_site/templatetags/ui.py", "SafeString")}
ALLOWED_IN_TEMPLATES = {("templates/ui/forms/field.html", "field.help_text|safe")}
IN_TEMPLATES = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape off|\|\s*json_script:?\s*$|javascript:|\son\w+=[\"']")


def found_in(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [row.name for row in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from ((node.lineno, name) for name in names if name.partition(".")[0] in MODULES)
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in {"np.load", "numpy.load"} and "allow_pickle=False" not in ast.unparse(node):
                yield node.lineno, name
            if name in CALLS or any(
                keyword.arg == "shell" and ast.unparse(keyword.value) == "True" for keyword in node.keywords
            ):
                yield node.lineno, name
            if any(
                keyword.arg in {"verify", "check_hostname"} and ast.unparse(keyword.value) == "False"
                for keyword in node.keywords
            ):
                yield node.lineno, f"{name} without TLS"


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def test_no_module_runs_or_unpacks_what_it_was_given():
    assert len(modules()) > 300
    by_name = {(str(path.relative_to(ROOT)), name): line for path in modules() for line, name in found_in(path)}
    assert {place: line for place, line in by_name.items() if place not in ALLOWED} == {}


def test_no_template_trusts_a_text():
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert len(templates) > 100
    rows = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if IN_TEMPLATES.search(line)
        and not any(str(path.relative_to(ROOT)) == place and text in line for place, text in ALLOWED_IN_TEMPLATES)
    ]
    assert rows == []


@pytest.mark.parametrize(
    "line", ["import pickle", "from dill import loads", "eval(x)", "subprocess.run(x, shell=True)", "yaml.load(x)"]
)
def test_each_of_them_would_be_seen(line, tmp_path):
    (tmp_path / "x.py").write_text(line)
    assert list(found_in(tmp_path / "x.py"))


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_the_linter_finds_nothing(command):
    ended = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout[-3_000:]
