"""The benchmarks are not part of the product: their commands are loaded from tests/bench, where the tests are."""

from __future__ import annotations

import sys
from importlib import import_module

from django.core.management.base import BaseCommand

FOLDER = "tests.bench"


def benchmark_command(name: str) -> type[BaseCommand]:
    """Return the command of that name in tests/bench; without that folder the process ends with a sentence."""
    try:
        return import_module(f"{FOLDER}.commands.{name}").Command
    except ModuleNotFoundError as error:
        if not f"{FOLDER}.".startswith(f"{error.name}."):
            raise  # something that a benchmark itself needs
    sys.exit(
        f"`manage.py {name}` needs the folder tests/bench, which this installation does not have. Run it in a clone."
    )
