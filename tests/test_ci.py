"""The steps of continuous integration: which there are, and what their closing line adds up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import ci

PROJECT = Path(__file__).resolve().parent.parent
PASSED = "noise\n==== 20 passed, 2 skipped, 5 deselected, 1 warning in 3.10s ====\n"
FAILED = "3 failed, 10 passed, 1 error in 61.00s (0:01:01)\n"


@pytest.fixture
def steps(monkeypatch):
    """`steps(name=code)`: a Python program in place of each step's commands."""

    def replace(**programs: str) -> None:
        monkeypatch.setattr(ci, "STEPS", {name: (("-c", program),) for name, program in programs.items()})

    return replace


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        ([("tests", 0, PASSED)], "20 passed, 0 failed, 2 skipped"),
        ([("tests", 1, FAILED), ("slow", 0, PASSED)], "30 passed, 4 failed, 2 skipped"),
        ([("lint", 1, "Found 1 error."), ("tests", 0, PASSED)], "20 passed, 1 failed, 2 skipped"),
        ([("lint", 0, "All checks passed!")], "0 passed, 0 failed"),
        ([("tests", 0, PASSED + "4 passed in 0.01s\n")], "24 passed, 0 failed, 2 skipped"),
    ],
)
def test_the_closing_line_adds_up_all_runs(outcomes, line):
    assert ci.closing_line([ci.Outcome(step, code, 1.0, output) for step, code, output in outcomes]) == line


@pytest.mark.parametrize(
    ("outcome", "lines"),
    [
        (("tests", 0, "FAILED tests/test_x.py::test_y - in a log that passed"), []),
        (
            ("tests", 1, "noise\nFAILED tests/test_x.py::test_y[a b] - assert 1 == 2\nERROR tests/test_z.py::test_z\n"),
            ["FAILED tests/test_x.py::test_y[a b] - assert 1 == 2", "ERROR tests/test_z.py::test_z"],
        ),
        (("lint", 1, "Found 1 error."), ["lint: FAILED (exit code 1), 1 s (0 s of CPU)"]),
    ],
)
def test_what_failed_stands_at_the_end(outcome, lines):
    step, code, output = outcome
    assert ci.failed_tests([ci.Outcome(step, code, 1.0, output)]) == lines


def test_every_step_runs_and_the_worst_exit_code_is_the_whole_ones(steps, capfd):
    steps(first="print('one'); raise SystemExit(3)", second="print('5 passed in 1.00s')", third="raise SystemExit(1)")
    assert ci.main([]) == 3
    printed = capfd.readouterr().out
    assert "first: FAILED (exit code 3)" in printed
    assert "second: passed" in printed
    assert "third: FAILED (exit code 1)" in printed
    assert printed.splitlines()[-1] == "5 passed, 2 failed"


def test_a_step_counts_the_cpu_of_what_it_starts(steps):
    steps(busy="import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))'])", idle="input")
    assert ci.run_step("busy").cpu > ci.run_step("idle").cpu > 0


def test_a_step_that_hangs_is_ended_and_shows_how_far_it_came(steps, monkeypatch):
    monkeypatch.setattr(ci, "PATIENCE_S", 3)
    steps(stuck="import time; print('as far as here', flush=True); time.sleep(60)")
    outcome = ci.run_step("stuck")
    assert (outcome.code, outcome.output.splitlines()[0]) == (9, "as far as here")
    assert "Ended after 3 s" in outcome.output


def test_steps_are_chosen_by_name(steps, capfd):
    steps(first="print('one')", second="print('two')")
    assert ci.main(["second"]) == 0
    assert "one" not in capfd.readouterr().out
    assert ci.main(["thrid"]) == 2
    assert "thrid is not a step. Choose from first, second." in capfd.readouterr().err


def test_a_step_that_runs_only_by_its_name_is_announced(steps, capfd):
    steps(first="print('1 passed in 1.00s')", neighbours="print('2 passed in 1.00s')")
    assert ci.main([]) == 0
    printed = capfd.readouterr().out
    assert "!!!!! neighbours: NOT run here, only by its name: .ci/run neighbours !!!!!" in printed
    assert printed.splitlines()[-1] == "1 passed, 0 failed"
    assert ci.main(["neighbours"]) == 0
    printed = capfd.readouterr().out
    assert "NOT run" not in printed
    assert printed.splitlines()[-1] == "2 passed, 0 failed"


@pytest.mark.parametrize(
    "marked",
    [[], ["slow"], ["slow", "second_run"], ["slow", "worker"], ["slow", "browser"], ["browser", "worker"], ["worker"]],
)
def test_each_test_runs_in_one_step(marked):
    commands = {step: commands[0] for step, commands in ci.STEPS.items() if "--sqlite" in commands[0]}
    values = {name: name in marked for name in ("slow", "browser", "worker", "neighbours", "second_run")}
    steps = [step for step, words in commands.items() if eval(words[words.index("-m") + 1], {}, values)]
    assert len([step for step in steps if step not in ci.ONLY_BY_NAME]) == 1, steps


def test_the_workflow_runs_every_step():
    workflow = (PROJECT / ".github" / "workflows" / "test.yml").read_text()
    named = next(line for line in workflow.splitlines() if "step: [" in line).split("[")[1].strip("]").split(", ")
    assert sorted(named) == sorted(ci.STEPS)
