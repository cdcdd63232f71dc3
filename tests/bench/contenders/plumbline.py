"""Plumbline's own engine. Words after the files: the memory budget in MiB; `categories` where columns are text."""

import sys

import pyarrow.parquet as parquet
import scipy.special  # noqa: F401 - a worker has it since its first check; imports are not counted for anybody
from measured import report

from registry.compute.engines.category_counts import count_categories
from registry.compute.engines.duck import opened
from registry.compute.engines.numeric_columns import compare_numbers
from registry.compute.engines.sorted_sides import Store


def work():
    stores = [Store((name,)) for name in sys.argv[1:3]]
    columns = parquet.read_schema(sys.argv[1]).names
    memory = int(sys.argv[3]) << 20
    if sys.argv[4:] == ["categories"]:
        with opened(memory_bytes=memory) as duck:
            by_name = {name: each.comparison for name, each in count_categories(duck, stores, columns)}
    else:
        results = compare_numbers(stores, columns, memory_bytes=memory)
        by_name = {name: each.comparison for name, each in results}
    return {
        "statistics": {
            name: {statistic.name: statistic.value for statistic in each.statistics} for name, each in by_name.items()
        }
    }


report(work)
