"""Any module may be the first that is imported: which one Django asks for first is not the same at each start."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running.installation import variables

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("assessments", "registry", "platform_site")
OPTIONAL = {  # what runs where PySpark, or an orchestrator, is installed
    "registry.compute.pushdown.spark", "registry.client.plumbline.pipelines.airflow", "registry.client.plumbline.pipelines.dagster",
    "registry.client.plumbline.pipelines.prefect",
}  # fmt: skip
# A module fails as the first only where it meets one that is half loaded, in a circle of imports; which one of a circle is
# loaded first decides. So a first process imports everything and notes who imports whom, and each module of a circle is then
# imported in a process of its own, forked from one that has set up Django and loaded other people's libraries, so that they
# are not loaded again each time. Those that load our modules by what the settings name stay out.
EACH_FIRST = """
import builtins, gc, importlib, importlib.util, json, os, sys
import django
django.setup()
ROOMS, names = sys.argv[1].split(","), sys.argv[2:]
BY_SETTINGS = ("rest_framework", "drf_spectacular", "django_filters")

def of(module, roots):
    return module.partition(".")[0] in roots

def ours():
    return {module for module in sys.modules if of(module, ROOMS)}

def seen_in_another_process():
    read, write = os.pipe()
    if os.fork() == 0:
        imports, load = {}, builtins.__import__
        def watched(name, globals=None, locals=None, fromlist=(), level=0):
            importer = (globals or {}).get("__name__", "")
            if of(importer, ROOMS):
                whole = importlib.util.resolve_name("." * level + name, globals["__package__"])
                imports.setdefault(importer, set()).update([whole, *(f"{whole}.{part}" for part in fromlist or ())])
            return load(name, globals, locals, fromlist, level)
        builtins.__import__ = watched
        for name in names:
            importlib.import_module(name)
        libraries = [module for module in sys.modules if not of(module, ROOMS + ["tests", "__main__"])]
        with open(write, "w") as file:
            json.dump([libraries, {name: sorted(others) for name, others in imports.items()}], file)
        os._exit(0)
    os.close(write)
    with open(read) as file:
        return json.load(file)

def behind(module, imports):
    seen, open_ = set(), [module]
    while open_:
        for other in imports.get(open_.pop(), ()):
            parts = other.split(".")
            new = {".".join(parts[:end]) for end in range(1, len(parts) + 1)} - seen  # a package comes before its modules
            seen |= new
            open_ += new
    return seen

at_first = ours()
libraries, imports = seen_in_another_process()
for module in libraries:
    if not of(module, BY_SETTINGS):
        try:
            importlib.import_module(module)
        except ImportError:
            pass  # a name that its maker gave it, and not one to import it by
assert ours() == at_first, f"a library loaded {ours() - at_first}"
gc.disable()  # a collection would copy every page that is shared
circles = [name for name in names if name in behind(name, imports)]
for name in circles:
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(name)
        except BaseException as error:
            print(name, repr(error), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
print(len(imports), "import", len(circles), "circles")
"""


def names() -> list[str]:
    rows = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    ]
    return [name for name in rows if not any(name.startswith(left_out) for left_out in OPTIONAL)]


def test_what_only_checks_compute_with_is_not_loaded_at_a_start(tmp_path):
    """scipy takes longer to import than everything of ours; a worker loads it before its pool forks."""
    code = "import sys, django; django.setup(); import platform_site.urls; print({'scipy', 'sklearn'} & {*sys.modules})"
    own = variables(tmp_path / "var") | {"DJANGO_SETTINGS_MODULE": "platform_site.settings"}
    seen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=own)
    assert (seen.returncode, seen.stdout) == (0, "set()\n"), seen.stdout + seen.stderr


def test_each_module_can_be_the_first():
    assert len(names()) > 250, "the test looks in the wrong place"
    command = [sys.executable, "-c", EACH_FIRST, ",".join(ROOMS), *names()]
    seen = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    answer = re.fullmatch(r"(\d+) import (\d+) circles\n", seen.stdout)
    assert seen.returncode == 0, seen.stderr
    assert answer, seen.stdout
    assert int(answer[1]) > 250, "who imports whom was not seen"
