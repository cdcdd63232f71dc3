"""The data of the original incident: daily orders of 2,000 customers over 60 days, 5% of them null, from a seed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

CUSTOMERS, DAYS, NULL_SHARE, SEED = 2_000, 60, 0.05, 20_240_301
FIRST_DAY = date(2024, 3, 1)


def write(path: Path) -> None:
    """Write `orders_daily` as Parquet: order_id, customer_id, date, order_count; the same bytes every time.

    A customer's daily orders are Poisson around a rate of their own, higher on weekends. Nulls are days on which the
    pipeline delivered nothing, not days without orders: that is what "fill with zero" gets wrong.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(SEED)
    customer = np.repeat(np.arange(1, CUSTOMERS + 1), DAYS)
    day = np.tile(np.arange(DAYS), CUSTOMERS)
    rate = np.repeat(random.gamma(4.0, 1.5, CUSTOMERS), DAYS)
    weekend = np.isin((FIRST_DAY.weekday() + day) % 7, (5, 6))
    orders = random.poisson(rate * np.where(weekend, 1.4, 1.0)).astype(float)
    missing = random.random(orders.size) < NULL_SHARE
    dates = np.array([FIRST_DAY + timedelta(days=int(offset)) for offset in range(DAYS)])[day]
    table = pa.table(
        {
            "order_id": pa.array(np.arange(1, orders.size + 1)),
            "customer_id": pa.array(customer),
            "date": pa.array(dates, pa.date32()),
            "order_count": pa.array(orders, pa.float64(), mask=missing),
        }
    )
    draft = path.with_suffix(".tmp")
    pq.write_table(table, draft, compression="zstd")
    draft.replace(path)  # whoever reads finds the whole file or none
