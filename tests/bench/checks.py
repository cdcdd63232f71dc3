"""Drift statistics at scale: our engine, the floor and the peers, side by side over the same files in one run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from tests.bench import check_peers
from tests.bench.check_peers import OWN, PEERS, Contender, Cost, Missing
from tests.bench.check_sides import Shape, sides

ROWS, SMALL_ROWS = (1_000_000, 10_000_000), (100_000,)
NUMERIC, CATEGORICAL, CATEGORICAL_ROWS = 20, 10, 1_000_000
HUGE_ROWS, HUGE_COLUMNS = 100_000_000, 5
BUDGET_MIB, TIGHT_MIB = 2_048, 256
BEST_OF = 3  # processes of ours and of the floors
FLOOR, ARRAYS, OURS = OWN
FLOORS = (FLOOR, ARRAYS)
EXACT = ("ks", "wasserstein")


class Goal(NamedTuple):
    """``most``: our figure divided by the contender's may be so much."""

    contender: str
    figure: str
    most: float


TIGHT_MOST = 8
LONG = (Goal("the floor", "wall", 2.3), Goal("read into arrays", "wall", 2.3), Goal("scipy", "wall", 0.025))
GOALS = {
    False: (
        Goal("the floor", "wall", 2.5), Goal("read into arrays", "wall", 2.5), Goal("scipy", "wall", 0.05),
        Goal("scipy", "cpu", 0.07), Goal("evidently", "cpu", 1 / 60), Goal("evidently-four", "cpu", 1 / 120), Goal("nannyml", "wall", 1.0),
        Goal("alibi-detect", "wall", 1.0),
    ),
    True: (Goal("the floor", "wall", 2.0), Goal("scipy", "wall", 1 / 3), Goal("evidently", "cpu", 1 / 150)),
}  # fmt: skip


def run(say: Any, *, small: bool, rows: Sequence[int] = (), peers: Sequence[str] | None = None) -> None:
    """Every shape of the rows asked for; a peer that cannot be installed, or does not finish, is said."""
    folder = Path(settings.STATE_DIR).resolve() / "bench"
    result = rows or (SMALL_ROWS if small else ROWS)
    chosen = [peer for peer in PEERS if peers is None or peer.name in peers]
    for count in result:
        columns = HUGE_COLUMNS if count >= HUGE_ROWS else NUMERIC
        _shape(say, folder, Shape(count, columns), chosen)
    categorical = min(CATEGORICAL_ROWS, *result)
    _shape(say, folder, Shape(categorical, CATEGORICAL, categorical=True), chosen)


def _shape(say: Any, folder: Path, shape: Shape, peers: Sequence[Contender]) -> None:
    files = sides(folder / "sides", shape)
    able = [row for row in peers if not shape.categorical or row.categorical]
    words = ["categories"] if shape.categorical else []
    costs: dict[str, Cost] = {}
    say(f"\n{shape.label}, both sides")
    say(f"{'':22}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'of ours, wall':>15}{'CPU':>8}")
    costs[FLOOR.name] = _best(FLOOR, folder, files)
    costs[OURS.name] = _best(OURS, folder, files, str(BUDGET_MIB), *words)
    if not shape.categorical:
        costs[ARRAYS.name] = _best(ARRAYS, folder, files)
    for name in (OURS.name, *(floor.name for floor in FLOORS if floor.name in costs)):
        _line(say, name, costs[name], costs[OURS.name])
    if not shape.categorical and shape.rows >= max(ROWS):
        tight = _best(OURS, folder, files, str(TIGHT_MIB), times=1)
        if _has_results(tight):
            _line(say, f"ours in {TIGHT_MIB} MiB", tight, costs[OURS.name])
            say(f"  {_floors(tight, costs)}; goal {TIGHT_MOST}; {_error(tight, costs[OURS.name])}")
        else:
            say(f"{f'ours in {TIGHT_MIB} MiB':22}  missing: a pair of columns does not fit")
    for peer in able:
        try:
            costs[peer.name] = _best(peer, folder, files, times=1)
            _line(say, peer.name, costs[peer.name], costs[OURS.name])
        except Missing as why:
            say(f"{peer.name:22}  missing: {why}")
    _goals(say, costs, LONG if shape.rows >= max(ROWS) else GOALS[shape.categorical])
    if "scipy" in costs and not shape.categorical:
        say(f"Against scipy: {_error(costs[OURS.name], costs['scipy'])}")


def _floors(cost: Cost, costs: dict[str, Cost]) -> str:
    return ", ".join(f"{cost.wall / costs[floor.name].wall:.2f} × {floor.name}" for floor in FLOORS)


def _best(contender: Contender, folder: Path, files: tuple[Path, Path], *words: str, times: int = 0) -> Cost:
    python = check_peers.environment(contender, folder)
    return min(
        (check_peers.run(contender, python, files, *words) for _ in range(times or BEST_OF)), key=lambda cost: cost.wall
    )


def _line(say: Any, name: str, cost: Cost, ours: Cost) -> None:
    ratios = f"{cost.wall / ours.wall:14.1f}×{cost.cpu / ours.cpu:7.1f}×"
    say(f"{name:22}{cost.wall:9.2f}{cost.cpu:9.2f}{cost.peak_mb:9.0f}{ratios}")


def _goals(say: Any, costs: dict[str, Cost], goals: Sequence[Goal]) -> None:
    ours = costs[OURS.name]
    for goal in goals:
        if goal.contender in costs:
            ratio = getattr(ours, goal.figure) / getattr(costs[goal.contender], goal.figure)
            met = "holds" if ratio <= goal.most else "MISSED"
            say(f"  {goal.figure} against {goal.contender}: {ratio:.4f}, goal {goal.most:.4f}: {met}")


def _has_results(cost: Cost) -> bool:
    return all(each["ks"] is not None for each in cost.results["statistics"].values())


def _error(ours: Cost, oracle: Cost) -> str:
    """The largest relative difference of each exact statistic, over all columns."""
    rows = []
    for name in EXACT:
        pairs = [
            (ours.results["statistics"][column][name], each[name])
            for column, each in oracle.results["statistics"].items()
        ]
        worst = max((abs(item - other) / (abs(other) or 1.0) for item, other in pairs), default=math.nan)
        rows.append(f"{name} differs by at most {worst:.1e}")
    return ", ".join(rows)
