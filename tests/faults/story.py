"""What a site of the fault tests is asked to do: `python -m tests.faults.story begin | ask COUNT | …`, in its environment.

Two checks over seven rows of orders, whose outcomes are known beforehand, and one that computes for half a minute.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from typing import Any

import django

LONG_ROWS, LONG_FRAME = 8_000_000, 100_000
TRUTH = {"rewritten": "passed", "fixed": "failed"}


def begin() -> None:
    """Two teams, a source table with its data, one feature in three versions, a check for each later one."""
    from registry.checks.actions import checks
    from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register

    actor = _contributor()
    _bind("orders", _orders(), ["customer_id"])
    trained, rewritten, fixed = (_version(register(row, actor)) for row in (TRAINED, REWRITTEN, FIXED))
    for name, version in (("rewritten", rewritten), ("fixed", fixed)):
        checks.define_parity(trained, version, parameters={}, name=name, actor=actor)


def begin_long() -> None:
    """A check whose computation takes far longer than any test waits for it."""
    from registry.checks.actions import checks
    from registry.compute.definition import Definition
    from tests.registry.conftest import register

    actor = _contributor()
    _bind("long_orders", _long_orders(), ["customer_id"])
    window = f"OVER (PARTITION BY customer_id ORDER BY date ROWS BETWEEN {LONG_FRAME} PRECEDING AND CURRENT ROW)"
    versions = [
        _version(register(Definition(f"{what} {window}", "forward_fill", "float64", "long_orders"), actor, "long"))
        for what in ("MEDIAN(order_count)", "MEDIAN(order_count + 1)")
    ]
    checks.define_parity(*versions, parameters={}, name="long", actor=actor)


def ask(count: str, *names: str) -> None:
    """Queue runs of the named checks in turn, each of them in a transaction of its own; say their ids."""
    from registry.checks.actions.checks import queue_run
    from registry.models import Check

    known = [Check.objects.get(name=name) for name in names or TRUTH]
    for number in range(int(count)):
        print(queue_run(known[number % len(known)], actor=_contributor()).pk)  # noqa: T201


def ask_beside(run_id: str) -> None:
    """Queue one small run after the other, each once the last has ended, for as long as a run is open."""
    from registry.models import CheckRun

    def is_open(run: CheckRun) -> bool:
        run.refresh_from_db()
        return not run.is_over

    while is_open(CheckRun.objects.get(pk=run_id)):
        ask("1")
        while is_open(CheckRun.objects.latest("pk")):
            time.sleep(0.1)
        time.sleep(0.5)


def cancel(run_id: str) -> None:
    """Cancel a run."""
    from registry.checks.actions.checks import cancel_run
    from registry.models import CheckRun

    cancel_run(CheckRun.objects.get(pk=run_id), actor=_contributor())


def token() -> None:
    """Add a contributor, and say a token of hers."""
    from platform_site.access import SYSTEM, Role
    from platform_site.people.actions import create_user, make_token

    user = create_user(
        username="cora", password="a plumb line hangs true", roles=[Role.CONTRIBUTOR], teams=[], actor=SYSTEM
    )
    print(make_token(user, scopes=("read", "write"), actor=SYSTEM))  # noqa: T201


def _contributor() -> Any:
    from platform_site.people.models import Team
    from tests.registry.conftest import contributor

    Team.objects.get_or_create(slug="data-platform", defaults={"name": "data-platform"})
    return contributor("data-platform")


def _version(registered: Any) -> Any:
    """The version; the run that its registration asked for is called off, so that only those asked for are counted."""
    from registry.models import CheckRun

    CheckRun.objects.all().delete()
    return registered.version


def _bind(name: str, table: Any, entity_key: list[str]) -> None:
    import pyarrow.parquet as pq
    from django.conf import settings

    from registry.data.actions import datasets
    from registry.data.actions.source_tables import register_source_table
    from registry.data.rules.source import Source

    (root,) = settings.DATA_ROOTS
    root.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, root / f"{name}.parquet")
    row_key = ["order_id"]
    dataset = datasets.add_dataset(
        name=name, kind="parquet", location=f"{name}.parquet", key=row_key, event_time="date", actor=_contributor()
    )
    datasets.take_snapshot(dataset, actor=_contributor())
    source = Source(dataset.name, entity_key, "date", row_key)
    register_source_table(name, source, owner_team="data-platform", actor=_contributor())


def _orders() -> Any:
    import pyarrow as pa

    days = [date(2024, 3, day) for day in (1, 2, 3, 4, 1, 2, 3)]
    counts = [4.0, None, 6.0, 8.0, 1.0, 2.0, None]
    return pa.table(
        {"order_id": [*range(1, 8)], "customer_id": [1, 1, 1, 1, 2, 2, 2], "date": days, "order_count": counts}
    )


def _long_orders() -> Any:
    import numpy as np
    import pyarrow as pa

    rows = np.arange(LONG_ROWS)
    seen = np.datetime64(date(2024, 1, 1), "s") + rows * np.timedelta64(timedelta(minutes=1))
    return pa.table({"order_id": rows, "customer_id": rows % 2, "date": seen, "order_count": (rows * 7.0) % 1_013})


if __name__ == "__main__":
    django.setup()
    what, *arguments = sys.argv[1:]
    {verb.__name__: verb for verb in (begin, begin_long, ask, ask_beside, cancel, token)}[what](*arguments)
