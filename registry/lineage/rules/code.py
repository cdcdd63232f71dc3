"""The code behind a table, from the jobs that write it and those that write what these read.

>>> jobs = [JobCode("dbt/orders", "models/orders.sql", "select a from raw", "duckdb")]
>>> upstream = upstream_of(jobs, [])
>>> upstream.name, upstream.is_parsed
('models/orders.sql', True)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from registry.compute.upstream import Upstream, UpstreamKind, ancestor, from_code

PLACEHOLDER = "{run date}"


class JobCode(NamedTuple):
    """A job with its code."""

    identity: str
    label: str
    text: str
    dialect: str = ""


def upstream_of(writers: Sequence[JobCode], before: Iterable[JobCode]) -> Upstream | None:
    """What computes a table: the code of the jobs that write it, built on that of the jobs before; None without any code.

    The order of reports makes no difference: of several writers the first by identity stands for the table.
    """
    own_code = sorted((job for job in writers if job.text), key=lambda job: job.identity)
    code = [*own_code, *sorted((job for job in before if job.text), key=lambda job: job.identity)]
    if not code:
        return None
    own, *built_on = code
    listed = {
        job.identity: ancestor(job.label, job.text, dialect=job.dialect, identity=job.identity) for job in built_on
    }
    listed.pop(own.identity, None)
    return from_code(
        UpstreamKind.OPENLINEAGE,
        own.label,
        own.text,
        dialect=own.dialect,
        ancestors=listed.values(),
        identity=own.identity,
    )


def without_run_dates(text: str, dates: Iterable[str]) -> str:
    """Code in which the days of its run stand as a placeholder: schedulers write them into SQL anew each day.

    >>> without_run_dates("where day = '2026-11-05' and at < DATE '2020-01-01'", ["2026-11-05"])
    "where day = '{run date}' and at < DATE '2020-01-01'"
    >>> without_run_dates("from events_20261105", ["2026-11-05"])
    'from events_run_date'
    """
    for day in sorted(set(dates)):
        compact = day.replace("-", "")
        text = re.sub(rf"(?<=')({day}|{compact})(?=')", PLACEHOLDER, text)
        text = re.sub(rf"(?<=')({day})(?=[ T]\d\d:\d\d)", PLACEHOLDER, text)
        text = re.sub(rf"(?<=_){compact}(?!\d)", "run_date", text)
    return text
