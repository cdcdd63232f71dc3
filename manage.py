#!/usr/bin/env python3
"""Plumbline's commands: `python3 manage.py up` starts everything, and sets up first what is missing."""

import os
import sys

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # before any import that an older Python could not even parse
    sys.exit("Plumbline needs Python {}.{} or newer; this is Python {}.{}.".format(*OLDEST, *sys.version_info[:2]))

from platform_site.roof.launcher import bootstrap  # noqa: E402


def main() -> None:
    """Run one command in an environment that has what it needs."""
    testing = sys.argv[1:2] == ["test"]
    bootstrap.ensure(testing=testing, with_spark=testing and "--spark" in sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
    from django.core.management import execute_from_command_line

    if testing:  # everything behind `--` is pytest's: `test tests/registry -k gate`
        sys.argv[2:2] = ["--testrunner=tests.runner.PytestRunner", *(["--"] if "--" not in sys.argv else [])]
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
