"""The sampler finds what it should change, chooses the same by the same seed, and runs the mutant in place of its code."""

from __future__ import annotations

import ast
import gc
import importlib.util
import json
import os
import subprocess
import sys
from argparse import Namespace

import pytest

from tests.mutation.judge import KILLED, SURVIVED, in_a_function, lines_of, put_in_place
from tests.mutation.mutants import ROOT, modules, mutants_of
from tests.mutation.sample import every_mutant, sample, targets_of, verdicts_of

SOURCE = '''
@decorated(1)
def answer(rows: list[int], limit: Literal[2] = 10) -> Any:
    """Nothing of a sentence with 3 in it is changed."""
    note(rows)
    Row.objects.select_for_update().get(pk=1)
    if rows and limit < 3:
        return None
    return rows.filter(état="ü").exclude(f"{1}")
'''


def test_each_kind_of_change_is_found_and_still_parses():
    mutants = mutants_of(SOURCE)
    changed = [(mutant.line, mutant.kind, mutant.text) for mutant in mutants]
    assert changed == [
        (3, "constant", "11"),
        (5, "call", "pass"),
        (6, "constant", "2"),
        (7, "boolean", "((rows) or (limit < 3))"),
        (7, "compare", "(not (limit < 3))"),
        (7, "constant", "4"),
        (9, "return", "None"),
        (9, "filter", 'rows.filter(état="ü")'),
        (9, "filter", "rows"),
    ]
    for mutant in mutants:
        ast.parse(mutant.apply(SOURCE))


def test_a_change_after_letters_of_two_bytes_is_in_its_place():
    (mutant,) = mutants_of('état = "ü", 4')
    assert mutant.apply('état = "ü", 4') == 'état = "ü", 5'


@pytest.mark.slow
def test_the_same_seed_chooses_the_same():
    below = ["registry/versions/rules"]
    assert sample(7, 20, below) == sample(7, 20, below) != sample(8, 20, below)
    assert {mutant.path for mutant in sample(7, 20, below)} <= set(modules(below))


def test_only_rules_queries_and_actions_are_changed():
    paths = modules([])
    assert "registry/versions/actions/gates.py" in paths
    assert "registry/features/actions/registration.py" in paths
    assert not [path for path in paths if "/views/" in path or "/models/" in path or path.endswith("__init__.py")]


def test_the_nearest_tests_come_first():
    own, mirrored, *_, noun = targets_of("registry/versions/rules/gates.py")
    assert (own, mirrored) == ("registry/versions/rules/gates.py", "tests/registry/versions/rules/test_gates.py")
    assert noun == "tests/registry/versions"


@pytest.mark.parametrize(("source", "printed"), [(None, "staging"), ("TRIAL_ENVIRONMENTS = {'mutated'}", "mutated")])
def test_a_mutant_stands_in_for_its_module(tmp_path, source, printed):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MUTANT")}
    if source:
        (tmp_path / "mutated.py").write_text(source)
        environment |= {
            "MUTANT_MODULE": "registry/versions/rules/lifecycle.py",
            "MUTANT_SOURCE": str(tmp_path / "mutated.py"),
        }
    program = (
        "import tests.mutation.plugin\nfrom registry.versions.rules.lifecycle import TRIAL_ENVIRONMENTS as t\nprint(*t)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert printed in ended.stdout


MODULE = """
LIMIT = 3

def twice(rows, most=LIMIT + 4):
    if (
        rows
    ):
        return [row for row in rows
                if row > 5]
    return [lambda: 6]
"""


def test_what_runs_at_import_is_told_from_what_a_call_runs():
    placed = {mutant.text: in_a_function(MODULE, mutant) for mutant in mutants_of(MODULE)}
    assert placed == {"4": False, "5": False, "None": True, "(not (row > 5))": True, "6": True, "7": True}


def test_the_lines_of_a_mutant_are_those_of_its_statement():
    lines = {mutant.text: lines_of(MODULE, mutant) for mutant in mutants_of(MODULE)}
    assert lines["4"] == {2}
    assert lines["6"] == lines["(not (row > 5))"] == {8, 9}
    assert lines["7"] == {10}


@pytest.mark.parametrize(("line", "kind", "rows"), [(8, "return", None), (9, "constant", []), (9, "compare", [5])])
def test_a_mutant_takes_the_place_of_a_function_that_was_imported_before(tmp_path, line, kind, rows):
    path = tmp_path / "some_module.py"
    path.write_text(MODULE)
    spec = importlib.util.spec_from_file_location("some_module", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    imported = module.twice
    gc.freeze()  # as `tests/conftest.py` does
    assert imported([5, 6]) == [6]
    mutant = next(each for each in mutants_of(MODULE) if (each.line, each.kind) == (line, kind))
    assert put_in_place(str(path), MODULE, mutant.apply(MODULE))
    assert imported([5, 6]) == rows


def test_what_was_caught_in_an_earlier_run_is_not_judged_again_and_the_last_verdict_counts(tmp_path):
    mutants = every_mutant(["registry/checks/rules/acknowledgements.py"])
    rows = [(mutant, verdict) for verdict in (SURVIVED, KILLED) for mutant in mutants]
    file = tmp_path / "verdicts"
    file.write_text(
        "".join(json.dumps({"mutant": row, "verdict": verdict, "tests": []}) + "\n" for row, verdict in rows)
    )
    options = Namespace(near=True, tests=[], most=60.0)
    assert verdicts_of(mutants, options, file) == dict.fromkeys(mutants, KILLED)


def test_a_file_by_its_own_path_may_be_any():
    assert modules(["platform_site/access.py"]) == ["platform_site/access.py"]
