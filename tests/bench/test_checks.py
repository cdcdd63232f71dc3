"""The bench of the checks runs every contender it can, says whom it cannot, and holds ours against an oracle."""

from __future__ import annotations

import pyarrow.parquet as parquet
import pytest
from django.core.management import CommandError, call_command

from tests.bench import checks, parity
from tests.bench.check_peers import Contender, Missing, environment, run
from tests.bench.check_sides import Shape, sides


def test_the_sides_are_seeded_and_written_once(tmp_path):
    shape = Shape(2_000, 5)
    first, second = (sides(tmp_path / name, shape)[1] for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    table = parquet.read_table(first)
    assert table.num_rows == 2_000
    assert [column.null_count > 0 for column in table.columns] == [False, True, True, True, True]
    written_at = first.stat().st_mtime_ns
    sides(tmp_path / "one", shape)
    assert first.stat().st_mtime_ns == written_at


@pytest.mark.slow
def test_the_bench_holds_ours_against_the_floor(capsys, settings, tmp_path, monkeypatch):
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(checks, "BEST_OF", 1)
    call_command("bench", "checks", rows=[3_000], peers=[])
    output = capsys.readouterr().out
    assert "3,000 × 20 numeric, both sides" in output
    assert "3,000 × 10 categorical, both sides" in output
    assert output.count("  wall against the floor: ") == 2


@pytest.mark.slow
def test_definition_parity_is_held_against_a_join(capsys, settings, tmp_path, monkeypatch):
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(parity, "PANDAS", parity.PANDAS._replace(program="gone", packages=()))
    call_command("bench", "parity", rows=[20_000])
    output = capsys.readouterr().out.splitlines()
    ours, join = (next(line.split() for line in output if line.startswith(name)) for name in ("Plumbline", "two scans"))
    assert ours[-1] == join[-1] != "0", "the same rows differ, however they are found"
    assert any("pandas" in line and "missing" in line for line in output), "what cannot be run is said"


@pytest.mark.slow
def test_runs_are_timed_on_a_real_worker(capsys, settings, tmp_path):
    call_command("bench", "runs", small=True)
    output = capsys.readouterr().out.splitlines()
    figures = {line.split()[0]: [float(word) for word in line.split()[1:]] for line in output if line[:1] in "ds"}
    assert set(figures) == {"drift", "schema"}
    assert all(min(whole, work, rate) > 0 for whole, work, _, rate in figures.values()), output


def test_a_contender_that_fails_says_what_it_said_last(tmp_path):
    contender = Contender("the floor", "floor")
    with pytest.raises(Missing, match="FileNotFoundError"):
        run(contender, environment(contender, tmp_path), (tmp_path / "no", tmp_path / "no"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["audit", "--rows=5"], "--rows is for `bench checks`"),
        (["checks", "--peers=nobody"], "Not a peer: nobody"),
        (["checks", "--rows=0"], "Rows are from 1 on"),
    ],
)
def test_options_that_mean_nothing_are_refused(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("bench", *words)
