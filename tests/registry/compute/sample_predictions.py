"""Predictions of every kind on two sides, what is found about them over their rows, and how an engine's counts agree with it."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.counted_rows import count_predictions
from registry.compute.kinds.quality.run import Judged, judge, judge_predictions, not_answered
from registry.compute.kinds.side_in_database import Inside
from tests.registry.compute.kinds.quality.rows import Rows

NAN, INF = float("nan"), float("inf")
ROWS = 600


class Case(NamedTuple):
    """Columns of both sides; ``counted``: whether counts and sums are enough."""

    why: str
    reference: dict[str, Any]
    current: dict[str, Any]
    parameters: dict[str, Any]
    counted: bool = True

    @property
    def about(self) -> DriftParameters:
        return DriftParameters("a", "b", minimum_rows=50)._replace(**{"prediction": "p", **self.parameters})

    def tables(self) -> tuple[pa.Table, pa.Table]:
        return pa.table(self.reference), pa.table(self.current)


RANDOM = np.random.default_rng(22)


def _classes(names: list[Any], kind: pa.DataType, wrong: float, rows: int = ROWS) -> dict[str, pa.Array]:
    """Predictions and labels of these classes, one in eleven null, and three groups."""
    true = RANDOM.integers(len(names), size=rows)
    predicted = np.where(RANDOM.random(rows) < wrong, RANDOM.integers(len(names), size=rows), true)
    columns = {
        name: pa.array([None if n % lost == 5 else names[code] for n, code in enumerate(codes.tolist())], kind)
        for name, codes, lost in (("p", predicted, 11), ("y", true, 13))
    }
    groups = pa.array([(None, "men", "women", "men", "few" if n < 90 else "men")[n % 5] for n in range(rows)])
    return columns | {"g": groups}


def _both(names: list[Any], kind: pa.DataType) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    return _classes(names, kind, 0.1), _classes(names, kind, 0.4, ROWS - 7)


def _numbers(
    off: float, spoilt: tuple[float | None, ...] = (), rows: int = ROWS, kind: pa.DataType | None = None
) -> dict[str, pa.Array]:
    label = RANDOM.normal(50, 10, rows)
    values = [*(label + RANDOM.normal(off, 2, rows)).tolist()[len(spoilt) :], *spoilt]
    truths = [*spoilt[::-1], *label.tolist()[len(spoilt) :]]
    if kind is not None:
        values, truths = (
            [Decimal(round(value)) if pa.types.is_decimal(kind) else round(value) for value in each]
            for each in (values, truths)
        )
    return {"p": pa.array(values, kind or pa.float64()), "y": pa.array(truths, kind or pa.float64())}


def _chances(high: float, spoilt: tuple[float | None, ...] = (), rows: int = ROWS) -> dict[str, pa.Array]:
    values = [*(RANDOM.random(rows) ** high).tolist()[len(spoilt) :], *spoilt]
    groups = ["men" if n % 3 else "women" for n in range(rows)]
    return {"p": pa.array(values, pa.float64()), "g": pa.array(groups), "y": pa.array(RANDOM.integers(2, size=rows))}


def _renamed(side: dict[str, pa.Array], names: dict[str, str]) -> dict[str, pa.Array]:
    return {names.get(name, name): values for name, values in side.items()}


ALL = {"label": "y", "group": "g"}
ODD = {"p": 'a "quoted" name', "y": "it's `so`", "g": "Group"}
TEXTS, CLASSES = _both(["no", "yes"], pa.string()), _both(["a", "b", "c", "d"], pa.string())
SPOILT = (NAN, INF, -INF, None, NAN)
CASES = [
    Case("texts of two classes", *TEXTS, ALL | {"favourable": "yes"}),
    Case("texts of four classes", *CLASSES, ALL | {"favourable": "b", "positive": "c"}),
    Case("texts, metrics alone", *CLASSES, {"label": "y"}),
    Case("texts, fairness alone", *TEXTS, {"group": "g", "favourable": "no"}),
    Case("truth values", *_both([False, True], pa.bool_()), ALL),
    Case("whole numbers of two classes", *_both([0, 1], pa.int64()), ALL),
    Case("small whole numbers", *_both([0, 1], pa.int8()), ALL | {"favourable": "0"}),
    Case("whole numbers of four classes", *_both([1, 2, 3, 4], pa.int32()), ALL | {"prediction_kind": "class", "favourable": "2"}),
    Case("floats of two classes", *_both([0.0, 1.0], pa.float64()), ALL),
    Case("floats that are not whole, as classes", *_both([0.1, 1.25, 2.5], pa.float32()), {"label": "y", "prediction_kind": "class"}),
    Case("NaN beside classes", *_both([0.0, 1.0, NAN], pa.float64()), {"label": "y"}),
    Case("decimals of two classes", *_both([Decimal(0), Decimal(1)], pa.decimal128(6, 2)), {"label": "y"}),
    Case("truth values as labels of numbers", *({**side, "y": other["p"]} for side, other in zip(_both([0, 1], pa.int64()), _both([False, True], pa.bool_()), strict=True)), ALL),
    Case("one class alone", *_both(["x"], pa.string()), {"label": "y"}),
    Case("groups of numbers", *({**side, "g": pa.array([n % 4 or None for n in range(len(side["g"]))])} for side in TEXTS), ALL | {"favourable": "yes"}),
    Case("groups of floats", *({**side, "g": pa.array([(NAN, 0.5, 1.5, None)[n % 4] for n in range(len(side["g"]))])} for side in TEXTS), ALL | {"favourable": "yes"}),
    Case("a class that nobody has", *TEXTS, ALL | {"favourable": "maybe"}),
    Case("201 classes", *_both([f"c{n}" for n in range(201)], pa.string()), {"label": "y"}),
    Case("sides of other kinds", TEXTS[0], _both([0, 1], pa.int64())[1], {"label": "y"}),
    Case("names with signs", *(_renamed(side, ODD) for side in TEXTS), {"prediction": ODD["p"], "label": ODD["y"], "group": ODD["g"], "favourable": "yes"}),
    Case("no rows now", TEXTS[0], {name: values.slice(0, 0) for name, values in TEXTS[1].items()}, ALL | {"favourable": "yes"}),
    Case("nothing but nulls", *({**side, "p": pa.nulls(len(side["p"]), pa.string())} for side in TEXTS), ALL | {"favourable": "yes"}),
    Case("numbers", _numbers(0), _numbers(4, rows=ROWS + 9), {"label": "y"}),
    Case("numbers beside NaN, infinity and null", _numbers(0, SPOILT), _numbers(1, SPOILT), {"label": "y"}),
    Case("labels of zero", _numbers(0), _numbers(1, (0.0, 0.0, -0.0)), {"label": "y"}),
    Case("whole numbers", _numbers(0, kind=pa.int64()), _numbers(3, kind=pa.int64()), {"label": "y"}),
    Case("decimals", _numbers(0, kind=pa.decimal128(12, 3)), _numbers(3, kind=pa.decimal128(12, 3)), {"label": "y"}),
    Case("single precision", *({name: values.cast(pa.float32()) for name, values in _numbers(off).items()} for off in (0, 2)), {"label": "y"}),
    Case("numbers that are right", *({"p": side["y"], "y": side["y"]} for side in (_numbers(0), _numbers(0))), {"label": "y"}),
    Case("numbers without enough labels", _numbers(0), _numbers(0, (None,) * (ROWS - 20)), {"label": "y"}),
    Case("numbers and groups", *({**_numbers(off), "g": TEXTS[0]["g"]} for off in (0, 1)), ALL),
    Case("far from zero", *({name: pa.array(values.to_numpy() + 1e9) for name, values in _numbers(off).items()} for off in (0, 1)), {"label": "y"}),
    Case("errors beyond what sums hold", _numbers(0), _numbers(0, (1e200,)), {"label": "y"}, counted=False),
    Case("errors too small for sums", *({"p": pa.array(np.full(ROWS, 3e-90)), "y": pa.array(np.linspace(1e-90, 2e-90, ROWS))} for _ in range(2)), {"label": "y", "prediction_kind": "number"}, counted=False),
    Case("probabilities without labels", _chances(1), _chances(3), {"group": "g"}),
    Case("probabilities beside 0, 1, NaN and null", _chances(1, (0.0, 1.0, NAN, None, 0.7)), _chances(2, (0.0, 1.0, INF)), {"group": "g", "threshold": 0.7, "favourable": "0"}),
    Case("probabilities that go too far", _chances(1, (1.5, 3.0)), _chances(2), {"group": "g", "prediction_kind": "probability"}),
    Case("numbers where classes are asked for", _chances(1, (1.5, 3.0)), _chances(2), {"group": "g"}),
    Case("probabilities with labels", _chances(1), _chances(3), ALL, counted=False),
]  # fmt: skip


def judged_in(sides: tuple[Inside, Inside], case: Case) -> Judged | None:
    """What is found from counts and sums; None where they are not enough."""
    try:
        predictions = count_predictions(sides, case.about.about_predictions)
    except NotAnswerable as error:
        return not_answered(error, case.about)
    return None if predictions is None else judge_predictions(predictions, case.about)


def judged_here(case: Case) -> Judged:
    """What is found over the rows."""
    sides = case.tables()
    return judge(tuple(Rows(**dict(zip(side.column_names, side.columns, strict=True))) for side in sides), case.about)


def assert_same_findings(judged: Judged, expected: Judged) -> None:
    """The same outcomes and counts; floats within 1e-9 of their size, or of that of a mean error."""
    assert [report.column for report in judged.reports] == [report.column for report in expected.reports]
    assert_same(judged.overview, expected.overview)
    for report, other in zip(judged.reports, expected.reports, strict=True):
        assert_same(report._asdict(), other._asdict())


def assert_same(value: Any, expected: Any) -> None:
    """Floats within 1e-9 of their size, all else equal."""
    if isinstance(expected, dict):
        assert value.keys() == expected.keys()
        for name in expected:
            assert_same(value[name], expected[name])
    elif isinstance(expected, list | tuple):
        assert len(value) == len(expected)
        for part, other in zip(value, expected, strict=True):
            assert_same(part, other)
    elif isinstance(expected, float) and math.isfinite(expected):
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12)
    else:
        assert value == expected
