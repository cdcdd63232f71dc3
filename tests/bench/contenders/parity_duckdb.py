"""DuckDB by hand: the word `window` computes one definition, `join` both apart and joins them by the row's key."""

import sys

import duckdb
from measured import report

WINDOW = "OVER (PARTITION BY entity ORDER BY ts, row_id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
CARRIED = """SELECT row_id, entity, ts, last_value(amount IGNORE NULLS) OVER (
  PARTITION BY entity ORDER BY ts, row_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS amount FROM {rows}"""
ZERO = "SELECT row_id, entity, ts, coalesce(amount, 0) AS amount FROM {rows}"
ONE = "SELECT row_id, avg(amount) {window} AS v FROM ({filled})"
SUMMED = "SELECT count(v), sum(v) FROM ({trained})"
JOINED = """SELECT count(*) FROM ({trained}) t FULL JOIN ({current}) c USING (row_id)
WHERE (t.v IS NULL) <> (c.v IS NULL) OR abs(t.v - c.v) > 1e-9 * abs(t.v)"""


def work():
    rows = "read_parquet('{}')".format(sys.argv[1].replace("'", "''"))
    trained, current = (ONE.format(window=WINDOW, filled=row.format(rows=rows)) for row in (CARRIED, ZERO))
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        if "window" in sys.argv:
            connection.execute(SUMMED.format(trained=trained)).fetchall()
            return {}
        [(differ,)] = connection.execute(JOINED.format(trained=trained, current=current)).fetchall()
        return {"rows_that_differ": differ}


report(work)
