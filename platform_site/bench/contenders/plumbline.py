"""Plumbline's own engine: words after the files are the memory budget in MiB and `categories` where columns are text."""

import sys

import pyarrow.parquet as parquet
from measured import report

from registry.engines.category_counts import count_categories
from registry.engines.duck import opened
from registry.engines.numbers import compare_numbers
from registry.engines.sides import Store


def work():
    stores = [Store((name,)) for name in sys.argv[1:3]]
    columns = parquet.read_schema(sys.argv[1]).names
    memory = int(sys.argv[3]) << 20
    if "categories" in sys.argv:
        with opened(memory_bytes=memory) as duck:
            found = {name: each.comparison for name, each in count_categories(duck, stores, columns)}
    else:
        found = {name: each.comparison for name, each in compare_numbers(stores, columns, memory_bytes=memory)}
    return {"statistics": {name: {one.name: one.value for one in each.statistics} for name, each in found.items()}}


report(work)
