"""Plumbline's own engine: words after the files are the memory budget in MiB and `categories` where columns are text."""

import sys

import pyarrow.parquet as parquet
from measured import report

from registry.engines.numbers import Side, compare_categories, compare_numbers


def work():
    sides = [Side((name,), "parquet") for name in sys.argv[1:3]]
    columns = parquet.read_schema(sys.argv[1]).names
    memory = int(sys.argv[3]) << 20
    if "categories" in sys.argv:
        found = dict(compare_categories(*sides, columns, memory_bytes=memory))
    else:
        found = {name: one for name, one, _ in compare_numbers(*sides, columns, memory_bytes=memory)}
    return {"statistics": {name: {one.name: one.value for one in each.statistics} for name, each in found.items()}}


report(work)
