"""Log parity (P2) where both sides lie behind Spark: rows are matched and features compared there; aggregates and the rows shown
come back.

The report is that of `log_run`: counts and exact statistics equal, the others within 1e-9. It leaves out the places of the worst
rows. Where two rows are as near in time, the earlier one is taken, and of two at one moment either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pyarrow as pa

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.duck import quoted as duck_quoted
from registry.compute.engines.feature_sql import Source
from registry.compute.engines.row_source import Remote
from registry.compute.kinds.coverage import NO_EVENT_TIME, LeftOut
from registry.compute.kinds.parity.definition_in_database import Over, RowsInEngine, each_time
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import KEY
from registry.compute.kinds.parity.key_types import require_alike_in
from registry.compute.kinds.parity.log_parameters import BY_KEY
from registry.compute.kinds.parity.log_parity import FeatureParity, Matched
from registry.compute.kinds.parity.log_run import LogParityInputs, report_of
from registry.compute.kinds.report import TROUBLE, OnProgress, Report, plain, trouble
from registry.compute.name_lists import named
from registry.compute.pushdown.columns import Run
from registry.compute.pushdown.parity_sql import NUMBERS_BY_FAMILY
from registry.compute.pushdown.spark import quoted, where_in_spark
from registry.compute.stats.equality_rule import Family, Rule, plain_type, rule_of
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import other_kinds, parity_verdict

MATCHED = (
    "computed_rows"  # the view of the matched rows; each feature's statement has its own rows of that name before it
)
EXACTLY = (Family.TEXT, Family.TRUTH, Family.DATE, Family.MOMENT)


def judge(run: Run, over: Over, inputs: LogParityInputs, *, on_progress: OnProgress) -> Report:
    """Match, compare, judge. ``run`` returns the rows of one SELECT in Spark's SQL; ``over`` keeps computed rows. ``on_progress`` hears
    of each step; what it raises stops the work."""
    parameters, total = inputs.parameters, len(inputs.features) + 1
    on_progress(0, total, "Matching rows")
    sides = inputs.training, inputs.serving
    schemas = [side.files.arrow_schema() for side in sides]
    require_alike_in([*zip((parameters.training, parameters.serving), schemas, strict=True)], parameters.entity_key)
    if parameters.match_by == BY_KEY:
        for side, name in zip(sides, ("trained rows", "rows on the other side"), strict=True):
            _require_unique(run, side, name, parameters.entity_key)
    counts = [_count(run, side, side.condition) for side in sides]
    with over(run, _matched(inputs)) as computed:
        [(rows,)] = computed(f"SELECT count(*) FROM {MATCHED}")
        features = []
        for number, name in enumerate(inputs.features):
            on_progress(number + 1, total, name)
            types = [schema.field(name).type for schema in schemas]
            features.append(_feature(computed, inputs, number, name, types, schemas[0]))
    timeless = [
        LeftOut(name, NO_EVENT_TIME, _count(run, side, f" WHERE {duck_quoted(side.event_time)} IS NULL"))
        for name, side in zip(("training", "serving"), sides, strict=True)
        if side.since or side.until
    ]
    return report_of(inputs, Matched(counts[0], counts[1], int(rows)), features, timeless)


def _feature(
    run: Run, inputs: LogParityInputs, number: int, name: str, types: Sequence[pa.DataType], schema: pa.Schema
) -> FeatureParity:
    try:
        return _judged(run, inputs, number, name, types, schema)
    except TROUBLE as error:
        return FeatureParity(name, Outcome.ERRORED, f"This feature could not be compared: {trouble(error)}", None, {})


def _judged(
    run: Run, inputs: LogParityInputs, number: int, name: str, types: Sequence[pa.DataType], schema: pa.Schema
) -> FeatureParity:
    parameters = inputs.parameters
    recorded = {"type_trained": str(types[0]), "type_served": str(types[1])}
    rule = rule_of(*map(plain_type, types), atol=parameters.atol, rtol=parameters.rtol)
    if not rule.can_compare:
        verdict = other_kinds(rule)
        return FeatureParity(
            name, verdict.outcome, verdict.sentence, None, plain({"limit": parameters.limit} | recorded)
        )
    if not _is_known(rule):
        raise EngineFailed(
            f"{rule.trained} are not compared inside Spark. Leave it out of the features, or compare a copy."
        )
    keys = parameters.entity_key
    shown = [f"k{place} AS {quoted(f'{KEY}{key}')}" for place, key in enumerate(keys)]
    select = f"SELECT {', '.join(shown)}, at, t{number} AS trained, s{number} AS current, TRUE AS in_trained, TRUE AS in_current, FALSE AS ambiguous FROM {MATCHED}"
    kinds = {key: str(schema.field(key).type) for key in keys}
    at = inputs.training.event_time
    source = Source(
        [*keys, "at"], list(keys), "at", list(keys), kinds | {"at": str(schema.field(at).type) if at else "string"}
    )
    singles = tuple(side for side, kind in zip(("trained", "current"), types, strict=True) if pa.types.is_float32(kind))
    order = (*(f"{KEY}{key}" for key in keys), "at")
    with each_time(run, select) as computed:
        rows = RowsInEngine(computed, "spark", order, source, ParityParameters(limit=parameters.limit), rule, singles)
        parity, content = rows.of_feature()
    outcome, sentence = parity_verdict(parity, rule, limit=parameters.limit)
    return FeatureParity(name, outcome, sentence, parity.mismatch_rate, plain(content | recorded))


def _is_known(rule: Rule) -> bool:
    pair = (rule.trained, rule.current)
    return pair in NUMBERS_BY_FAMILY or (rule.trained == rule.current and rule.trained in EXACTLY)


def _matched(inputs: LogParityInputs) -> str:
    """Every pair of matched rows: the key as `k0`…, the event time of the trained row as `at`, each feature as `t0`… and `s0`…"""
    keys, features = inputs.parameters.entity_key, inputs.features
    sides = [_side(side, letter, keys, features) for side, letter in ((inputs.training, "t"), (inputs.serving, "s"))]
    same = " AND ".join(f"t.k{place} = s.k{place}" for place in range(len(keys)))
    values = [f"{letter}{number}" for number in range(len(features)) for letter in ("t", "s")]
    wanted = ", ".join([*(f"t.k{place}" for place in range(len(keys))), "t.at", *values])
    if inputs.parameters.match_by == BY_KEY:
        return f"SELECT {wanted} FROM {sides[0]} t JOIN {sides[1]} s ON {same}"
    apart = f"abs(t.micros - s.micros) <= {inputs.parameters.tolerance_s * 1e6:.0f}"
    pairs = (
        f"SELECT {wanted}, t.place AS tp, s.place AS sp, t.micros AS tm, s.micros AS sm, abs(t.micros - s.micros) AS apart "
        f"FROM {sides[0]} t JOIN {sides[1]} s ON {same} AND {apart}"
    )
    ranked = (
        "SELECT *, row_number() OVER (PARTITION BY tp ORDER BY apart, sm, sp) AS of_t, "
        f"row_number() OVER (PARTITION BY sp ORDER BY apart, tm, tp) AS of_s FROM ({pairs}) AS pairs"
    )
    return f"SELECT {wanted.replace('t.', '')} FROM ({ranked}) AS ranked WHERE of_t = 1 AND of_s = 1"


def _side(side: Side, letter: str, keys: Sequence[str], features: Sequence[str]) -> str:
    time = quoted(side.event_time) if side.event_time else "CAST(NULL AS STRING)"
    micros = f"unix_micros(CAST({time} AS TIMESTAMP))" if side.event_time else "CAST(NULL AS BIGINT)"
    columns = [f"{quoted(key)} AS k{place}" for place, key in enumerate(keys)]
    columns += [f"{time} AS at", f"{micros} AS micros", "monotonically_increasing_id() AS place"]
    columns += [f"{quoted(name)} AS {letter}{number}" for number, name in enumerate(features)]
    return f"(SELECT {', '.join(columns)} FROM {_place(side)}{where_in_spark(side.condition)})"


def _require_unique(run: Run, side: Side, name: str, keys: Sequence[str]) -> None:
    listed = ", ".join(map(quoted, keys))
    whole = " AND ".join(f"{quoted(key)} IS NOT NULL" for key in keys)
    counted = (
        f"SELECT count(*) AS n FROM {_place(side)}{where_in_spark(side.condition)} GROUP BY {listed} HAVING {whole}"
    )
    [(repeated,)] = run(f"SELECT coalesce(sum(n), 0) FROM ({counted}) AS counted WHERE n > 1")
    if repeated:
        raise EngineFailed(
            f"{int(repeated):,} {name} have a key ({named(keys)}) that repeats, so they cannot be matched. "
            "Name the columns that identify a row."
        )


def _count(run: Run, side: Side, where: str) -> int:
    [(rows,)] = run(f"SELECT count(*) FROM {_place(side)}{where_in_spark(where)}")
    return int(rows)


def _place(side: Side) -> str:
    return cast(Remote, side.files).place.sql("spark")
