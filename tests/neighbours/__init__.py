"""Tests with the programs of other tools, each in an environment of its own: `manage.py test --neighbours`."""
