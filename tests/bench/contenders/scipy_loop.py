"""What people write with scipy and pandas: a loop over the columns, four statistics each."""

import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from measured import report
from scipy import stats
from scipy.spatial.distance import jensenshannon


def numeric(reference, current):
    a, b = reference.dropna().to_numpy(), current.dropna().to_numpy()
    edges = np.unique(np.quantile(a, np.arange(1, 10) / 10))
    edges = np.concatenate([[-np.inf], edges, [np.inf]])
    p, q = np.histogram(a, edges)[0] / a.size, np.histogram(b, edges)[0] / b.size
    floor_p, floor_q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    return {
        "ks": float(stats.ks_2samp(a, b, method="asymp").statistic),
        "wasserstein": float(stats.wasserstein_distance(a, b)),
        "psi": float(np.sum((floor_q - floor_p) * np.log(floor_q / floor_p))),
        "jensen_shannon": float(jensenshannon(p, q, base=2)),
        "null_share_change": float(current.isna().mean() - reference.isna().mean()),
    }


def categorical(reference, current):
    both = pd.concat([reference.value_counts(), current.value_counts()], axis=1).fillna(0).to_numpy()
    p, q = both[:, 0] / both[:, 0].sum(), both[:, 1] / both[:, 1].sum()
    test = stats.chi2_contingency(both.T, correction=False)
    return {"chi_square": float(test.statistic), "l_infinity_of_values": float(np.abs(p - q).max())}


def work():
    reference, current = (parquet.read_table(name).to_pandas() for name in sys.argv[1:3])
    compare = numeric if pd.api.types.is_numeric_dtype(reference.dtypes.iloc[0]) else categorical
    return {"statistics": {name: compare(reference[name], current[name]) for name in reference.columns}}


report(work)
