"""`manage.py seed_scale` is the command beside the tests that fills an installation."""

from __future__ import annotations

from django.core.management import load_command_class


def test_the_command_is_loaded_from_beside_the_tests():
    command = load_command_class("platform_site", "seed_scale")
    assert type(command).__module__ == "tests.bench.commands.seed_scale"
    assert command.create_parser("manage.py", "seed_scale").parse_args([])
