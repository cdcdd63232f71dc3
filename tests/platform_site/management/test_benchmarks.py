"""The commands that measure are found beside the tests, and say so where the tests are missing."""

from __future__ import annotations

import pytest

from platform_site.management import benchmarks


@pytest.mark.parametrize("name", ["bench", "seed_scale"])
def test_a_command_is_loaded_from_beside_the_tests(name):
    assert benchmarks.benchmark_command(name).__module__ == f"tests.bench.commands.{name}"


def test_without_the_tests_a_sentence_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(benchmarks, "FOLDER", "tests.no_such_folder")
    with pytest.raises(SystemExit, match=r"`manage\.py bench` needs the folder tests/bench"):
        benchmarks.benchmark_command("bench")


def test_a_library_that_a_benchmark_needs_is_not_taken_for_the_folder(monkeypatch):
    monkeypatch.setattr(benchmarks, "import_module", lambda name: __import__("no_such_library"))
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        benchmarks.benchmark_command("bench")
