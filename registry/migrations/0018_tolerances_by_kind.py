"""Tolerances that nobody chose become those of each kind of value; log parity learns how many rows must match.

Until now every parity check stored `atol` 0 and `rtol` 1e-9 where nothing was given, and every log-parity check
`unmatched_limit` 1. What somebody did choose keeps its meaning: a limit on unmatched rows stays the only one.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

BEFORE = {"atol": 0.0, "rtol": 1e-9}


def by_kind(apps: Any, schema_editor: Any) -> None:
    """Write the parameters of existing checks as they would be stored today."""
    for check in apps.get_model("registry", "Check").objects.filter(kind__in=("definition_parity", "log_parity")):
        parameters = dict(check.parameters)
        for name, value in BEFORE.items():
            parameters[name] = None if parameters.get(name, value) == value else parameters[name]
        if check.kind == "log_parity":
            chosen = parameters.setdefault("unmatched_limit", 1.0) < 1
            parameters |= {"match_by": "time", "matched_minimum": 0.0 if chosen else 0.95, "minimum_rows": 200}
        if parameters != check.parameters:
            check.parameters = parameters
            check.save(update_fields=["parameters"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0017_rests_on")]

    operations = [migrations.RunPython(by_kind, migrations.RunPython.noop)]
