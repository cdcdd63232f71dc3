"""What DuckDB computes and other dialects of the same words do not: refused where another spelling is clear, else warned of.

Only new logic is held to this. What is stored keeps computing what it always did.

>>> import sqlglot
>>> unclear(sqlglot.parse_one("LOG(x)", dialect="duckdb"), {}).faults[0].message
'LOG(x) is the logarithm to base 10 here and the natural one in Spark and BigQuery. Write log10(x) or ln(x).'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlglot import exp

from registry.compute.dialects.kinds import WHOLE, Kind, of_column
from registry.compute.sandbox.faults import Fault

COUNTED = (
    exp.Count,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.Ntile,
    exp.Year,
    exp.Month,
    exp.Day,
    exp.Hour,
    exp.DateDiff,
    exp.Length,
)
READ_DIFFERENTLY = (
    exp.Anonymous, exp.DayOfWeek, exp.Extract, exp.Log, exp.Bracket, exp.Substring, exp.SimilarTo, exp.Div, exp.Greatest,
    exp.Least, exp.Concat, exp.Cast,
)  # fmt: skip
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INT", "BIGINT")
SUNDAY = "{what} counts Sunday as 0 here, as 1 in Spark and BigQuery. Write EXTRACT(dow FROM …) for 0 to 6, or isodow(…) for Monday 1 to Sunday 7."


class Unclear(NamedTuple):
    """What has to be written differently, and what its author should know."""

    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]


def unclear(tree: exp.Expr, types: Mapping[str, str]) -> Unclear:
    """Everything in the logic that is read differently elsewhere. ``types``: the columns' Arrow types, where known."""
    nodes = [node for node in tree.walk() if isinstance(node, READ_DIFFERENTLY)]
    kinds = {name.lower(): of_column(kind) for name, kind in types.items()} if nodes else {}
    faults = [Fault("ambiguous", sentence) for node in nodes for sentence in _refused(node)]
    warnings = [sentence for node in nodes for sentence in _warned(node, kinds)]
    return Unclear(tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(warnings)))


def _refused(node: exp.Expr) -> Iterator[str]:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    part = node.expressions[0].name.lower() if name in ("date_part", "datepart") and node.expressions else ""
    if isinstance(node, exp.DayOfWeek) or name in ("dayofweek", "weekday"):
        yield SUNDAY.format(what=f"{name or 'dayofweek'}(…)")
    elif isinstance(node, exp.Extract) and node.name.lower() in ("dayofweek", "weekday"):
        yield SUNDAY.format(what=f"EXTRACT({node.name.lower()} FROM …)")
    elif part in ("dayofweek", "weekday"):
        yield SUNDAY.format(what=f"date_part('{part}', …)")
    elif isinstance(node, exp.Log) and node.expression is None:
        yield f"LOG({node.this.sql('duckdb')[:40]}) is the logarithm to base 10 here and the natural one in Spark and BigQuery. Write log10({node.this.sql('duckdb')[:40]}) or ln({node.this.sql('duckdb')[:40]})."
    elif isinstance(node, exp.Bracket) and node.sql("duckdb").endswith("[0]"):
        yield f"{node.sql('duckdb')[:60]} is always null here: lists begin at 1, in Spark, BigQuery and Snowflake at 0. Write [1] for the first element."
    elif isinstance(node, exp.Substring) and node.args.get("start") and node.args["start"].sql() == "0":
        yield "substring from 0 is one character shorter here than in Spark, BigQuery and Snowflake. Write 1 for the first character."
    elif isinstance(node, exp.SimilarTo) and {"%", "_"} & set(node.expression.name):
        yield "SIMILAR TO takes a regular expression here, where % and _ stand for themselves; in PostgreSQL they are wildcards. Write LIKE or regexp_full_match."


def _warned(node: exp.Expr, kinds: Mapping[str, Kind]) -> Iterator[str]:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    if isinstance(node, exp.Div) and _is_whole(node.this, kinds) and _is_whole(node.expression, kinds):
        yield f"{node.sql('duckdb')[:60]} keeps the fraction here (7 / 2 is 3.5); in PostgreSQL whole numbers drop it. Write // to drop it, or CAST one side AS DOUBLE."
    elif isinstance(node, exp.Greatest | exp.Least) and node.expressions:
        yield f"{node.key}(…) ignores nulls here; in BigQuery and Snowflake one null makes it null."
    elif isinstance(node, exp.Concat):
        yield "concat(…) ignores nulls here; in Spark, BigQuery and Snowflake one null makes it null. Write || for that."
    elif name == "regexp_replace" and len(node.expressions) == 3:
        yield "regexp_replace replaces the first match only; in Spark, BigQuery and Snowflake all of them. Add 'g' for all."
    elif isinstance(node, exp.Cast) and node.to.this.name in WHOLE_TYPES and _is_float(node.this, kinds):
        yield f"{node.sql('duckdb')[:60]} rounds here, a half to the even number; Spark cuts it. Write CAST(trunc(…) …) or CAST(round(…) …)."


def _is_whole(node: exp.Expr, kinds: Mapping[str, Kind]) -> bool:
    if isinstance(node, exp.Column):
        return kinds.get(node.name.lower()) in WHOLE
    if isinstance(node, exp.Literal):
        return not node.is_string and node.name.isdecimal()
    if isinstance(node, exp.Paren | exp.Window | exp.Filter | exp.Sum | exp.Neg | exp.Nullif):
        return _is_whole(node.this, kinds)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return _is_whole(node.this, kinds) and _is_whole(node.expression, kinds)
    return isinstance(node, COUNTED) or (isinstance(node, exp.Cast) and node.to.this.name in WHOLE_TYPES)


def _is_float(node: exp.Expr, kinds: Mapping[str, Kind]) -> bool:
    if isinstance(node, exp.Column):
        return kinds.get(node.name.lower()) in (Kind.DOUBLE, Kind.DECIMAL)
    if isinstance(node, exp.Paren | exp.Window | exp.Neg | exp.Sum):
        return _is_float(node.this, kinds)
    return isinstance(node, exp.Div | exp.Avg)
