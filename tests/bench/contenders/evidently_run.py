"""Evidently's drift preset: with its defaults, or with four methods after one another."""

import sys

import pyarrow.parquet as parquet
from evidently import Report
from evidently.presets import DataDriftPreset
from measured import report

METHODS = {"defaults": [None], "four": ["ks", "wasserstein", "psi", "jensenshannon"]}


def work():
    reference, current = (parquet.read_table(name).to_pandas() for name in sys.argv[1:3])
    for method in METHODS[sys.argv[3]]:
        preset = DataDriftPreset(method=method) if method else DataDriftPreset()
        Report([preset]).run(current, reference).dict()
    return {}


report(work)
