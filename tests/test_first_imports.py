"""Any module may be the first that is imported: which one Django asks for first is not the same at each start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OPTIONAL = {"platform_site.bench.contenders", "registry.engines.spark"}  # run by environments of their own
EACH_FIRST = """
import importlib, os, sys
import django
django.setup()
for name in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(name)
        except BaseException as error:
            print(name, repr(error), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


def names() -> list[str]:
    found = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for room in ("assessments", "registry", "platform_site")
        for path in sorted((ROOT / room).rglob("*.py"))
    ]
    return [name for name in found if not any(name.startswith(left_out) for left_out in OPTIONAL)]


def test_each_module_can_be_the_first():
    assert len(names()) > 250, "the test looks in the wrong place"
    seen = subprocess.run([sys.executable, "-c", EACH_FIRST, *names()], cwd=ROOT, capture_output=True, text=True)
    assert (seen.returncode, seen.stdout) == (0, ""), seen.stdout + seen.stderr
