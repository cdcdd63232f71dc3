"""Definition parity at scale: both definitions in one scan, beside one definition's window, two scans and a join, and
pandas, over the same rows in one run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from django.conf import settings

from tests.bench import check_peers
from tests.bench.check_peers import PINNED, Contender, Cost, Missing

ROWS, SMALL_ROWS, ROWS_OF_AN_ENTITY = 10_000_000, 100_000, 50
OURS = Contender("Plumbline", "parity_plumbline")
WINDOW = Contender("one window", "parity_duckdb", words=("window",))
JOIN = Contender("two scans and a join", "parity_duckdb", words=("join",))
PANDAS = Contender("pandas", "parity_pandas", ("scipy", *PINNED), environment="scipy")  # one that `checks` made will do
BUDGET_MIB, TIGHT_MIB = 1_024, 150


class Goal(NamedTuple):
    """Our CPU divided by the contender's may be so much."""

    contender: str
    most: float


GOALS = (Goal(WINDOW.name, 2.0), Goal(JOIN.name, 0.6), Goal(PANDAS.name, 0.2))
WRITTEN = """
COPY (
  SELECT range AS row_id, (hash(range) % {entities})::INTEGER AS entity,
         TIMESTAMP '2024-01-01' + INTERVAL 1 SECOND * (range // 20) AS ts,
         CASE WHEN hash(range * 7) % 10 > 0 THEN (hash(range * 13) % 1000) / 10.0 END AS amount
  FROM range({rows})
) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 245760)
"""


def run(say: Any, *, small: bool, rows: Sequence[int] = ()) -> None:
    """Each number of rows asked for. What cannot be run is said."""
    folder = Path(settings.STATE_DIR).resolve() / "bench"
    for count in rows or [SMALL_ROWS if small else ROWS]:
        _contest(say, folder, count)


def rows_of(folder: Path, rows: int) -> Path:
    """The seeded rows: a tenth of the amounts is null, an entity has about fifty; written once."""
    path = folder / "sides" / f"parity-{rows}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        entities = max(rows // ROWS_OF_AN_ENTITY, 1)
        with duckdb.connect() as connection:
            connection.execute(WRITTEN.format(rows=rows, entities=entities, target=str(partial).replace("'", "''")))
        partial.rename(path)
    return path


def _contest(say: Any, folder: Path, rows: int) -> None:
    path = rows_of(folder, rows)
    say(f"\n{rows:,} rows, {max(rows // ROWS_OF_AN_ENTITY, 1):,} entities, a window of seven rows, two null rules")
    say(f"{'':22}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'rows that differ':>18}")
    costs = {first.name: _cost_of(say, folder, path, first, *words) for first, words in _contenders()}
    ours = costs[OURS.name]
    for contender, most in GOALS:
        other = costs[contender]
        if ours and other:
            ratio = ours.cpu / other.cpu
            met = "holds" if ratio <= most else "MISSED"
            say(f"  CPU against {contender}: {ratio:.2f}, goal {most:.1f}: {met}")
    _cost_of(say, folder, path, OURS._replace(name=f"ours in {TIGHT_MIB} MiB"), str(TIGHT_MIB))


def _contenders() -> list[tuple[Contender, tuple[str, ...]]]:
    return [(OURS, (str(BUDGET_MIB),)), (WINDOW, ()), (JOIN, ()), (PANDAS, ())]


def _cost_of(say: Any, folder: Path, path: Path, contender: Contender, *words: str) -> Cost | None:
    try:
        cost = check_peers.run(contender, check_peers.environment(contender, folder), (path, path), *words)
    except Missing as why:
        say(f"{contender.name:22}  missing: {why}")
        return None
    differ = cost.results.get("rows_that_differ")
    say(
        f"{contender.name:22}{cost.wall:9.2f}{cost.cpu:9.2f}{cost.peak_mb:9.0f}{differ if differ is not None else '':>18}"
    )
    if "parts" in cost.results:
        say(f"  its sandbox held {cost.results['sandbox_mb']:.0f} MB at most, in {cost.results['parts']} parts")
    return cost
