"""`manage.py bench` is the benchmark command beside the tests."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command, load_command_class


def test_the_command_is_loaded_from_beside_the_tests():
    assert type(load_command_class("platform_site", "bench")).__module__ == "tests.bench.commands.bench"


def test_a_benchmark_that_does_not_exist_is_refused():
    with pytest.raises(CommandError, match="no_such_benchmark"):
        call_command("bench", "no_such_benchmark")
