"""The floor: reading the columns of both files once, and nothing else; a few row groups at a time when they are many.

With the word `arrays` after the files: each column into an array, one after the other, as what computes with it has to.
"""

import sys

import pyarrow.parquet as parquet
from measured import report


def decoded(name):
    with parquet.ParquetFile(name) as opened:
        return sum(opened.read_row_group(group, use_threads=True).num_rows for group in range(opened.num_row_groups))


def into_arrays(name):
    columns = parquet.read_schema(name).names
    return max(parquet.read_table(name, columns=[column]).column(0).to_numpy().size for column in columns)


def work():
    read = into_arrays if "arrays" in sys.argv else decoded
    return {"rows": sum(read(name) for name in sys.argv[1:3])}


report(work)
