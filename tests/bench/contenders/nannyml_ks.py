"""NannyML's univariate drift as its documentation shows it: KS of numbers, chi-square of text; one chunk."""

import sys

import nannyml
import pyarrow.parquet as parquet
from measured import report


def work():
    reference, current = (parquet.read_table(name).to_pandas() for name in sys.argv[1:3])
    columns = list(reference.columns)
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=columns,
        continuous_methods=["kolmogorov_smirnov"],
        categorical_methods=["chi2"],
        chunk_number=1,
    )
    calculator.fit(reference)
    calculator.calculate(current)
    return {}


report(work)
