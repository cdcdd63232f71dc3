"""Operators that dialects compute differently: division, casts, parts of dates, elements, JSON and patterns."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from registry.compute.dialects.forms import FORMS
from registry.compute.dialects.kinds import NUMBERS, WHOLE, Kind, common
from registry.compute.dialects.translator import Refusal, Rule, Translator, Typed, written

CAST_DOUBLE = "Write CAST(… AS DOUBLE PRECISION) around one side, or bind the source table to its data."


def quotient(translator: Translator, left: Typed, right: Typed, template: str = ":a / :b") -> Typed:
    """The quotient of two values as the dialect divides; ``template``: how the engine is to divide."""
    divide = DIVISIONS[translator.dialect.name]
    return divide(translator, left, right, template)


def _division(translator: Translator, node: exp.Expr) -> Typed:
    left, right = translator.of(node.this), translator.of(node.expression)
    for side in (left, right):
        if side.kind not in NUMBERS | {Kind.UNKNOWN}:
            raise Refusal(f"{node.sql()[:80]} takes numbers; {side.tree.sql('duckdb')[:40]} is {side.kind}.")
    return quotient(translator, left, right)


def _of_postgres(translator: Translator, left: Typed, right: Typed, template: str) -> Typed:
    kinds = {left.kind, right.kind}
    if kinds <= WHOLE:
        return Typed(written(":a // :b", [left.tree, right.tree]), common([left.kind, right.kind]))
    if kinds & {Kind.DOUBLE, Kind.DECIMAL}:
        return Typed(written(template, [left.tree, right.tree]), Kind.DOUBLE if Kind.DOUBLE in kinds else Kind.DECIMAL)
    raise Refusal(
        f"a / b of PostgreSQL drops the fraction when both are whole numbers, and their types are not known. {CAST_DOUBLE}"
    )


def _of_spark(translator: Translator, left: Typed, right: Typed, template: str) -> Typed:
    kinds = {left.kind, right.kind}
    if Kind.DECIMAL in kinds and Kind.DOUBLE not in kinds:
        raise Refusal(
            "A quotient of decimals, such as x / 100.0, is rounded in Spark. Write 100D, or CAST(… AS DOUBLE)."
        )
    return Typed(written("CAST(:a AS DOUBLE) / NULLIF(:b, 0)", [left.tree, right.tree]), Kind.DOUBLE)


def _of_bigquery(translator: Translator, left: Typed, right: Typed, template: str) -> Typed:
    return Typed(written(template, [left.tree, right.tree]), Kind.DOUBLE)


def _of_snowflake(translator: Translator, left: Typed, right: Typed, template: str) -> Typed:
    kinds = {left.kind, right.kind}
    if Kind.DOUBLE in kinds:
        return Typed(written(template, [left.tree, right.tree]), Kind.DOUBLE)
    if left.kind in WHOLE and right.kind in WHOLE | {Kind.DECIMAL}:
        return Typed(written(f"ROUND({template}, 6)", [left.tree, right.tree]), Kind.DECIMAL)
    raise Refusal(
        "A quotient of whole numbers or decimals is rounded in Snowflake, by types that are not known. Write a::float / b."
    )


DIVISIONS = {"postgres": _of_postgres, "spark": _of_spark, "bigquery": _of_bigquery, "snowflake": _of_snowflake}


def _whole_division(translator: Translator, node: exp.Expr) -> Typed:
    left, right = translator.of(node.this), translator.of(node.expression)
    if not {left.kind, right.kind} <= WHOLE:
        raise Refusal("DIV takes two whole numbers, whose types are known.")
    return Typed(written(":a // NULLIF(:b, 0)", [left.tree, right.tree]), Kind.LONG)


def _remainder(translator: Translator, node: exp.Expr) -> Typed:
    return translator.call("mod", [node.this, node.expression])


def _power(translator: Translator, node: exp.Expr) -> Typed:
    if isinstance(node.this, exp.Pow) or isinstance(node.expression, exp.Pow):
        raise Refusal("x ^ y ^ z: dialects group it differently. Write the parentheses.")
    return translator.call("power", [node.this, node.expression])


# The engine's types, and how a value of another kind becomes one: dialects round and cut in different ways.
TARGETS: dict[exp.DType, tuple[str, Kind]] = {
    exp.DType.TINYINT: ("TINYINT", Kind.INT), exp.DType.SMALLINT: ("SMALLINT", Kind.INT), exp.DType.INT: ("INTEGER", Kind.INT),
    exp.DType.BIGINT: ("BIGINT", Kind.LONG), exp.DType.FLOAT: ("REAL", Kind.DOUBLE), exp.DType.DOUBLE: ("DOUBLE", Kind.DOUBLE),
    exp.DType.DECIMAL: ("DECIMAL", Kind.DECIMAL), exp.DType.BIGDECIMAL: ("DOUBLE", Kind.DECIMAL),
    exp.DType.TEXT: ("VARCHAR", Kind.TEXT), exp.DType.VARCHAR: ("VARCHAR", Kind.TEXT), exp.DType.BOOLEAN: ("BOOLEAN", Kind.TRUTH),
    exp.DType.DATE: ("DATE", Kind.DATE), exp.DType.TIMESTAMP: ("TIMESTAMP", Kind.TIME), exp.DType.DATETIME: ("TIMESTAMP", Kind.TIME),
    exp.DType.TIMESTAMPNTZ: ("TIMESTAMP", Kind.TIME), exp.DType.JSON: ("", Kind.JSON), exp.DType.JSONB: ("", Kind.JSON),
    exp.DType.VARIANT: ("", Kind.JSON),
}  # fmt: skip
TO_WHOLE = {"postgres": ":a", "spark": "TRUNC(:a)", "bigquery": "ROUND(:a)", "snowflake": "ROUND(:a)"}


def _cast(translator: Translator, node: exp.Expr) -> Typed:
    target = node.args["to"]
    name, kind = TARGETS.get(target.this, ("", Kind.UNKNOWN))
    if kind is Kind.UNKNOWN:
        raise Refusal(f"CAST to {target.sql()} is not translated from {translator.title}.")
    value = translator.of(node.this)
    tree = _changed(translator, value, kind)
    if not name:
        return Typed(tree, kind)
    if name == "DECIMAL":
        name, kind = _decimal(translator, target, kind)
    tries = bool(node.args.get("safe")) or isinstance(node, exp.TryCast)
    cast = "TRY_CAST" if tries and not isinstance(node.this, exp.Literal) else "CAST"
    return Typed(written(f"{cast}(:a AS {name})", [tree]), kind)


def _decimal(translator: Translator, target: exp.Expr, kind: Kind) -> tuple[str, Kind]:
    """Without a precision PostgreSQL's NUMERIC holds any number; Snowflake's NUMBER and Spark's DECIMAL are whole numbers."""
    sizes = [size.name for size in target.expressions]
    if len(sizes) == 2:
        return f"DECIMAL({sizes[0]}, {sizes[1]})", kind
    if translator.dialect.name in ("postgres", "bigquery") and not sizes:
        return "DOUBLE", kind
    return f"DECIMAL({sizes[0] if sizes else '38' if translator.dialect.name == 'snowflake' else '10'}, 0)", Kind.LONG


def _changed(translator: Translator, value: Typed, kind: Kind) -> exp.Expr:
    tree, name = value.tree, translator.dialect.name
    if kind in WHOLE:
        return _as_whole(translator, value)
    if kind is Kind.TEXT and value.kind not in (Kind.TEXT, Kind.INT, Kind.LONG, Kind.DATE, Kind.JSON, Kind.UNKNOWN):
        raise Refusal(
            f"CAST of {value.kind} to text: engines write it in different ways. Round it to a whole number, or format it."
        )
    if kind is Kind.TRUTH and value.kind not in (Kind.TRUTH, Kind.INT, Kind.LONG, Kind.UNKNOWN):
        raise Refusal(f"CAST of {value.kind} to a truth value is not translated. Write a comparison.")
    if kind in (Kind.DATE, Kind.TIME) and value.kind in NUMBERS | {Kind.TRUTH}:
        raise Refusal(f"CAST of {value.kind} to {kind} is not translated from {translator.title}.")
    if kind is Kind.DECIMAL and name == "spark" and value.kind is Kind.DOUBLE:
        return written("ROUND(:a, 15)", [tree])
    return tree


def _as_whole(translator: Translator, value: Typed) -> exp.Expr:
    """A float is rounded to the even number, cut, or rounded away from zero; text must be a whole number already."""
    if value.kind in WHOLE:
        return value.tree
    if value.kind is Kind.TRUTH:
        return written("CAST(:a AS TINYINT)", [value.tree])
    if value.kind in (Kind.TEXT, Kind.JSON):
        return written("CASE WHEN regexp_full_match(:a, '\\s*[+-]?[0-9]+\\s*') THEN :a END", [value.tree])
    if value.kind in (Kind.DATE, Kind.TIME, Kind.INTERVAL, Kind.LIST):
        raise Refusal(f"CAST of {value.kind} to a whole number is not translated from {translator.title}.")
    return written(TO_WHOLE[translator.dialect.name], [value.tree])


Part = tuple[str, Kind]
CALENDAR: dict[str, Part] = {
    "year": ("date_part('year', :a)", Kind.INT), "quarter": ("date_part('quarter', :a)", Kind.INT),
    "month": ("date_part('month', :a)", Kind.INT), "day": ("date_part('day', :a)", Kind.INT),
    "hour": ("date_part('hour', :a)", Kind.INT), "minute": ("date_part('minute', :a)", Kind.INT),
}  # fmt: skip
SECOND: Part = ("date_part('second', :a)", Kind.INT)
SUNDAY_0: Part = ("date_part('dow', :a)", Kind.INT)
SUNDAY_1: Part = ("(date_part('dow', :a) + 1)", Kind.INT)
ISO_DAY: Part = ("isodow(:a)", Kind.INT)
ISO_WEEK: Part = ("date_part('week', :a)", Kind.INT)
DAY_OF_YEAR: Part = ("date_part('doy', :a)", Kind.INT)
ISO_YEAR: Part = ("date_part('isoyear', :a)", Kind.INT)
PARTS: dict[str, dict[str, Part]] = {
    "postgres": CALENDAR | {
        "dow": SUNDAY_0, "isodow": ISO_DAY, "doy": DAY_OF_YEAR, "week": ISO_WEEK, "isoyear": ISO_YEAR,
        "epoch": ("date_part('epoch', :a)", Kind.DOUBLE), "second": ("(date_part('microsecond', :a) / 1000000.0)", Kind.DOUBLE),
    },
    "spark": CALENDAR | {
        "dayofweek": SUNDAY_1, "dow": SUNDAY_1, "dayofweek_iso": ISO_DAY, "dow_iso": ISO_DAY, "doy": DAY_OF_YEAR, "week": ISO_WEEK,
        "weeks": ISO_WEEK, "yearofweek": ISO_YEAR, "second": ("(date_part('microsecond', :a) / 1000000.0)", Kind.DECIMAL),
    },
    "bigquery": CALENDAR | {
        "dayofweek": SUNDAY_1, "dayofyear": DAY_OF_YEAR, "isoweek": ISO_WEEK, "isoyear": ISO_YEAR, "second": SECOND,
        "week": ("CAST(strftime(:a, '%U') AS BIGINT)", Kind.LONG), "date": ("CAST(:a AS DATE)", Kind.DATE),
    },
    "snowflake": CALENDAR | {
        "dayofweek": SUNDAY_0, "dow": SUNDAY_0, "dayofweekiso": ISO_DAY, "dayofweek_iso": ISO_DAY, "dayofyear": DAY_OF_YEAR,
        "doy": DAY_OF_YEAR, "week": ISO_WEEK, "weekiso": ISO_WEEK, "second": SECOND,
        "epoch_second": ("CAST(floor(epoch(:a)) AS BIGINT)", Kind.LONG), "epoch": ("CAST(floor(epoch(:a)) AS BIGINT)", Kind.LONG),
    },
}  # fmt: skip


def part_of(translator: Translator, name: str, moment: exp.Expr) -> Typed:
    """A part of a moment, by its name in the dialect."""
    parts: Mapping[str, Part] = PARTS[translator.dialect.name]
    if name not in parts:
        raise Refusal(
            f"The part {name} of a date is not translated from {translator.title}. Choose from {', '.join(sorted(parts))}."
        )
    value = translator.of(moment)
    if value.kind not in (Kind.DATE, Kind.TIME, Kind.INTERVAL, Kind.TEXT, Kind.UNKNOWN):
        raise Refusal(f"EXTRACT takes a date or a timestamp; {value.tree.sql('duckdb')[:40]} is {value.kind}.")
    if value.kind is Kind.INTERVAL and name not in ("year", "month", "day", "hour", "minute", "second", "epoch"):
        raise Refusal(f"The part {name} of an interval is not translated.")
    template, kind = parts[name]
    return Typed(
        written(
            template, [value.tree if value.kind is not Kind.TEXT else written("CAST(:a AS TIMESTAMP)", [value.tree])]
        ),
        kind,
    )


def _extract(translator: Translator, node: exp.Expr) -> Typed:
    return part_of(translator, node.name.lower(), node.expression)


def _at_time_zone(translator: Translator, node: exp.Expr) -> Typed:
    value = translator.of(node.this)
    if translator.dialect.name != "postgres":
        raise Refusal(f"AT TIME ZONE is not translated from {translator.title}.")
    return Typed(exp.AtTimeZone(this=value.tree, zone=translator.of(node.args["zone"]).tree), Kind.TIME)


def _element(translator: Translator, node: exp.Expr) -> Typed:
    """`list[0]`, `arr[OFFSET(0)]`, `arr[1]`: all are numbers from 0 in this tree."""
    index = node.expressions[0] if len(node.expressions) == 1 else None
    whole = isinstance(index, exp.Literal) and not index.is_string and index.name.isdecimal()
    first = _first_of_match(translator, node.this) if isinstance(node.this, exp.Paren) else None
    if first is not None and whole and index is not None and index.name == "0":
        return first
    if not whole or index is None:
        raise Refusal("An element of a list is taken by a whole number, such as x[1].")
    value = translator.of(node.this)
    place = int(index.name) - int(node.args.get("offset") or 0) + 1
    if place < 1 or value.kind not in (Kind.LIST, Kind.UNKNOWN):
        raise Refusal(f"{node.sql()[:80]} does not name an element of a list.")
    return Typed(written(f"list_extract(:a, {place})", [value.tree]), Kind.UNKNOWN)


def _first_of_match(translator: Translator, node: exp.Paren) -> Typed | None:
    """`(regexp_match(s, 'a(b)'))[1]` of PostgreSQL: the first group, or the whole match; null without one."""
    call = node.this
    if not (isinstance(call, exp.Anonymous) and call.name.lower() == "regexp_match" and len(call.expressions) == 2):
        return None
    return first_match(translator, call.expressions[0], call.expressions[1], "whole_match")


def first_match(translator: Translator, text: exp.Expr, pattern: exp.Expr, form: str) -> Typed:
    """The first group of the first match, or the whole of it; null where nothing matches."""
    literal = FORMS[form](translator, pattern)
    if literal is None:
        raise Refusal(
            "The pattern must be a text in quotes that all engines read alike: no alternatives, look-arounds or lazy repetitions."
        )
    group = 1 if "(" in literal.name.replace("\\(", "").replace("(?:", "") else 0
    template = f"CASE WHEN regexp_matches(:a, :b) THEN regexp_extract(:a, :b, {group}) END"
    return Typed(written(template, [translator.of(text).tree, literal]), Kind.TEXT)


def _matches(translator: Translator, node: exp.Expr) -> Typed:
    pattern = FORMS["pattern"](translator, node.expression)
    if pattern is None:
        raise Refusal(
            "The pattern must be a text in quotes that all engines read alike: no look-arounds, back references or lazy repetitions."
        )
    whole = node.args.get("full_match")
    options = ", 'i'" if isinstance(node, exp.RegexpILike) else ""
    name = "regexp_full_match" if whole else "regexp_matches"
    return Typed(written(f"{name}(:a, :b{options})", [translator.of(node.this).tree, pattern]), Kind.TRUTH)


def _json(translator: Translator, node: exp.Expr) -> Typed:
    """`->` and `->>` of PostgreSQL, `payload:device.os` of Snowflake; one path from the column to the value."""
    path: list[str] = []
    inner: exp.Expr = node
    while isinstance(inner, exp.JSONExtract | exp.JSONExtractScalar):
        path = [*_steps(inner.expression), *path]
        inner = (
            inner.this.this
            if isinstance(inner.this, exp.Paren) and isinstance(inner.this.this, exp.JSONExtract)
            else inner.this
        )
    value = translator.of(inner)
    where = exp.Literal.string("$" + "".join(path))
    scalar = isinstance(node, exp.JSONExtractScalar) or translator.dialect.name == "snowflake"
    name = "json_extract_string" if scalar else "json_extract"
    return Typed(
        written(f"{name}(:a, :b)", [value.tree, where]),
        Kind.TEXT if isinstance(node, exp.JSONExtractScalar) else Kind.JSON,
    )


def _steps(path: exp.Expr) -> list[str]:
    steps = []
    for part in path.expressions if isinstance(path, exp.JSONPath) else []:
        if isinstance(part, exp.JSONPathKey) and str(part.this).isidentifier():
            steps.append(f".{part.this}")
        elif isinstance(part, exp.JSONPathSubscript) and str(part.this).isdecimal():
            steps.append(f"[{part.this}]")
        elif not isinstance(part, exp.JSONPathRoot):
            raise Refusal("A path in JSON is made of plain names and numbers.")
    if not steps:
        raise Refusal("A path in JSON is made of plain names and numbers.")
    return steps


def _json_by_path(translator: Translator, node: exp.Expr) -> Typed:
    """`payload #>> '{device,os}'`."""
    names = node.expression.name.strip("{}").split(",") if isinstance(node.expression, exp.Literal) else []
    if not names or not all(name.isidentifier() for name in names):
        raise Refusal("A path in JSON is made of plain names, such as '{device,os}'.")
    where = exp.Literal.string("$" + "".join(f".{name}" for name in names))
    return Typed(written("json_extract_string(:a, :b)", [translator.of(node.this).tree, where]), Kind.TEXT)


RULES: dict[type, Rule] = {
    exp.Div: _division,
    exp.IntDiv: _whole_division,
    exp.Mod: _remainder,
    exp.Pow: _power,
    **dict.fromkeys((exp.Cast, exp.TryCast), _cast),
    exp.Extract: _extract,
    exp.AtTimeZone: _at_time_zone,
    exp.Bracket: _element,
    **dict.fromkeys((exp.RegexpLike, exp.RegexpILike), _matches),
    **dict.fromkeys((exp.JSONExtract, exp.JSONExtractScalar), _json),
    exp.JSONBExtractScalar: _json_by_path,
}
