"""What each function of a dialect is for the engine: a row for each, in the dialect's words and the engine's.

`dayofweek(moment)` stands for a call with one argument that is a date or a timestamp; `:a`, `:b` … are the arguments.
What is not here is refused. docs/dialects.md shows the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from registry.compute.dialects.forms import UNITS, unit_of
from registry.compute.dialects.kinds import WHOLE, Kind
from registry.compute.dialects.operators import first_match, part_of, quotient
from registry.compute.dialects.translator import Refusal, Row, Translator, Typed, written

INT, LONG, DOUBLE, TEXT, TRUTH, DATE, TIME = (
    Kind.INT, Kind.LONG, Kind.DOUBLE, Kind.TEXT, Kind.TRUTH, Kind.DATE, Kind.TIME,
)  # fmt: skip
SAME = None  # the kind of the arguments
Runs = str | Callable[[Translator, list[exp.Expr]], Typed]
Rows = Mapping[str, tuple[Runs, Kind | None]]
SIGNATURE = re.compile(r"(?P<name>[\w ]+)\((?P<forms>.*)\)\Z")
LOG1P = "CASE WHEN abs(:a) < 0.00001 THEN :a - :a * :a / 2 + :a * :a * :a / 3 ELSE ln(1 + :a) END"
ALL_THERE = "CASE WHEN NOT ({missing}) THEN {call}(:all) END"
EXACT_ROUND = "COALESCE(CAST(ROUND(TRY_CAST(:a AS DECIMAL(38, 15)), :b) AS DOUBLE), :a)"


def table(*parts: Rows) -> dict[str, list[Row]]:
    """The rows by name; of rows of one name the first whose forms fit is taken."""
    rows: dict[str, list[Row]] = {}
    for signature, (runs, kind) in (item for part in parts for item in part.items()):
        match = SIGNATURE.match(signature)
        if match is None:
            raise ValueError(signature)
        forms = tuple(form.strip() for form in match["forms"].split(",") if form.strip())
        rows.setdefault(match["name"], []).append(Row(forms, runs, kind))
    return rows


def _strict(call: str) -> Runs:
    """GREATEST or LEAST that are null when one of the values is."""

    def run(translator: Translator, arguments: list[exp.Expr]) -> Typed:
        values = translator.all(arguments)
        present = [exp.Is(this=exp.paren(value.tree.copy()), expression=exp.Null()).not_() for value in values]
        whole = translator.call(f"{call} of values", arguments)
        tree = exp.Case(ifs=[exp.If(this=exp.and_(*present), true=whole.tree)])
        return Typed(tree, whole.kind)

    return run


def _divided(template: str) -> Runs:
    def run(translator: Translator, arguments: list[exp.Expr]) -> Typed:
        left, right = translator.all(arguments)
        return quotient(translator, left, right, template)

    return run


def _first_match(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    return first_match(
        translator, arguments[0], arguments[1], "re2" if translator.dialect.name == "bigquery" else "whole_match"
    )


def _rounded_mean(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    """AVG of whole numbers has six decimals in Snowflake."""
    distinct = isinstance(arguments[0], exp.Distinct)
    value = translator.of(arguments[0])
    if value.kind in WHOLE:
        return Typed(written("ROUND(avg(:a), 6)", [value.tree]), Kind.DECIMAL)
    if value.kind is not DOUBLE or distinct:
        raise Refusal(
            "AVG of a whole number or decimal is rounded in Snowflake, by its type. Write AVG(a::float), or bind the source table."
        )
    return Typed(written("avg(:a)", [value.tree]), DOUBLE)


def _sum(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    value = translator.of(arguments[0])
    if value.kind is Kind.LONG and translator.dialect.name == "postgres":
        return Typed(written("sum(:a)", [value.tree]), Kind.DECIMAL)  # a NUMERIC there
    return Typed(written("sum(:a)", [value.tree]), LONG if value.kind in WHOLE else value.kind)


def _mean(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    value = translator.of(arguments[0])
    if value.kind is Kind.DECIMAL and translator.dialect.name == "spark":
        raise Refusal("avg of a decimal is rounded in Spark. Write avg(CAST(x AS DOUBLE)).")
    if value.kind in (TEXT, TRUTH):
        raise Refusal(f"avg takes numbers, not {value.kind}.")
    exact = translator.dialect.name == "postgres" and value.kind in WHOLE | {Kind.DECIMAL}
    return Typed(written("avg(:a)", [value.tree]), Kind.DECIMAL if exact else DOUBLE)


def _extreme(call: str) -> Runs:
    def run(translator: Translator, arguments: list[exp.Expr]) -> Typed:
        value = translator.of(arguments[0])
        if value.kind is TEXT and translator.dialect.name == "postgres":
            raise Refusal("The order of text in PostgreSQL follows its collation. Take numbers or dates.")
        return Typed(written(f"{call}(:a)", [value.tree]), value.kind)

    return run


def _rounded(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    """PostgreSQL rounds a float's half to the even number and a NUMERIC's away from zero."""
    value = translator.of(arguments[0])
    if value.kind in WHOLE:
        return value
    if value.kind is DOUBLE:
        return Typed(written("round_even(:a, 0)", [value.tree]), DOUBLE)
    if value.kind is Kind.DECIMAL:
        return Typed(written("ROUND(:a)", [value.tree]), Kind.DECIMAL)
    raise Refusal(
        "round(x) of PostgreSQL rounds floats to the even number and NUMERIC away from zero. Write round(x::numeric, 0)."
    )


def _concatenated(strict: bool) -> Runs:
    def run(translator: Translator, arguments: list[exp.Expr]) -> Typed:
        values = translator.all(arguments)
        for value in values:
            if value.kind not in (TEXT, INT, LONG, Kind.UNKNOWN):
                raise Refusal(
                    f"concat of {value.kind}: engines write it as text in different ways. Cast it to a whole number or format it."
                )
        trees = [value.tree for value in values]
        if not strict:
            return Typed(exp.Anonymous(this="CONCAT", expressions=trees), TEXT)
        if len(trees) == 1:
            return Typed(exp.cast(trees[0], "VARCHAR"), TEXT)
        joined = trees[0]
        for tree in trees[1:]:
            joined = exp.DPipe(this=joined, expression=tree)
        return Typed(exp.paren(joined), TEXT)

    return run


def _field_of_json(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    """The value of one key, which is a plain name."""
    value, key = arguments
    if not key.name.isidentifier():
        raise Refusal("A path in JSON is made of plain names and numbers.")
    path = exp.Literal.string(f"$.{key.name}")
    return Typed(written("json_extract_string(:a, :b)", [translator.of(value).tree, path]), TEXT)


def _decoded(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    """DECODE: nulls are equal, and the last argument without a partner is the default."""
    subject, *rest = translator.all(arguments)
    pairs, default = rest[: len(rest) // 2 * 2], rest[-1:] if len(rest) % 2 else []
    checks = [
        exp.If(this=exp.NullSafeEQ(this=subject.tree.copy(), expression=search.tree), true=result.tree)
        for search, result in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    if not checks:
        raise Refusal("decode takes a value, searched values each with a result, and a default.")
    return Typed(exp.Case(ifs=checks, default=default[0].tree if default else None), pairs[1].kind)


def _hexadecimal(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    inner = arguments[0]
    if not (isinstance(inner, exp.Anonymous) and inner.name.lower() in ("md5", "sha256", "sha1")):
        raise Refusal("TO_HEX is translated around MD5, SHA1 or SHA256.")
    return Typed(written(f"{inner.name.lower()}(:a)", [translator.of(inner.expressions[0]).tree]), TEXT)


def _part(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    return part_of(translator, arguments[0].name.lower(), arguments[1])


def _moved(translator: Translator, arguments: list[exp.Expr]) -> Typed:
    """DATEADD(unit, n, moment)."""
    unit = UNITS[unit_of(arguments[0])]
    amount, moment = translator.of(arguments[1]), translator.of(arguments[2])
    if unit == "quarter" or amount.kind not in WHOLE:
        raise Refusal("DATEADD takes a unit such as day, and a whole number of known type.")
    kind = moment.kind if unit not in ("hour", "minute", "second") else TIME
    return Typed(written(f":b + to_{unit}s(CAST(:a AS INTEGER))", [amount.tree, moment.tree]), kind)


NUMBERS: Rows = {
    "abs(number)": ("abs(:a)", SAME), "exp(number)": ("exp(:a)", DOUBLE), "sin(number)": ("sin(:a)", DOUBLE),
    "cos(number)": ("cos(:a)", DOUBLE), "tan(number)": ("tan(:a)", DOUBLE), "asin(number)": ("asin(:a)", DOUBLE),
    "acos(number)": ("acos(:a)", DOUBLE), "atan(number)": ("atan(:a)", DOUBLE), "atan2(number, number)": ("atan2(:a, :b)", DOUBLE),
    "power(number, number)": ("pow(:a, :b)", DOUBLE), "pow(number, number)": ("pow(:a, :b)", DOUBLE),
    "sign(number)": ("sign(:a)", INT), "ceil(number)": ("ceil(:a)", SAME), "ceiling(number)": ("ceil(:a)", SAME),
    "floor(number)": ("floor(:a)", SAME),
    "coalesce(value…)": ("coalesce(:all)", SAME), "nullif(value, value)": ("nullif(:a, :b)", SAME),
    "greatest of values(value…)": ("greatest(:all)", SAME), "least of values(value…)": ("least(:all)", SAME),
}  # fmt: skip
STATISTICS: Rows = {
    "count(star)": ("count(*)", LONG), "count(value)": ("count(:a)", LONG), "sum(number)": (_sum, None),
    "min(value)": (_extreme("min"), None), "max(value)": (_extreme("max"), None),
    "stddev(number)": ("stddev_samp(:a)", DOUBLE), "stddev_samp(number)": ("stddev_samp(:a)", DOUBLE),
    "stddev_pop(number)": ("stddev_pop(:a)", DOUBLE), "variance(number)": ("var_samp(:a)", DOUBLE),
    "var_samp(number)": ("var_samp(:a)", DOUBLE), "var_pop(number)": ("var_pop(:a)", DOUBLE),
    "corr(number, number)": ("corr(:a, :b)", DOUBLE), "covar_pop(number, number)": ("covar_pop(:a, :b)", DOUBLE),
    "covar_samp(number, number)": ("covar_samp(:a, :b)", DOUBLE),
}  # fmt: skip
WINDOWS: Rows = {
    "row_number()": ("row_number()", LONG), "rank()": ("rank()", LONG), "dense_rank()": ("dense_rank()", LONG),
    "percent_rank()": ("percent_rank()", DOUBLE), "cume_dist()": ("cume_dist()", DOUBLE), "ntile(position)": ("ntile(:a)", LONG),
    "lag(value)": ("lag(:a)", SAME), "lag(value, count)": ("lag(:a, :b)", SAME),
    "lead(value)": ("lead(:a)", SAME), "lead(value, count)": ("lead(:a, :b)", SAME),
    "lag(value, count, value)": ("lag(:a, :b, :c)", SAME), "lead(value, count, value)": ("lead(:a, :b, :c)", SAME),
    "first_value(value)": ("first_value(:a)", SAME), "last_value(value)": ("last_value(:a)", SAME),
    "nth_value(value, position)": ("nth_value(:a, :b)", SAME),
}  # fmt: skip
TEXTS: Rows = {
    "upper(text)": ("upper(:a)", TEXT), "lower(text)": ("lower(:a)", TEXT), "length(text)": ("length(:a)", INT),
    "char_length(text)": ("length(:a)", INT), "character_length(text)": ("length(:a)", INT), "reverse(text)": ("reverse(:a)", TEXT),
    "replace(text, constant, constant)": ("replace(:a, :b, :c)", TEXT), "left(text, count)": ("left(:a, :b)", TEXT),
    "right(text, count)": ("right(:a, :b)", TEXT), "lpad(text, position, constant)": ("lpad(:a, :b, :c)", TEXT),
    "rpad(text, position, constant)": ("rpad(:a, :b, :c)", TEXT), "lpad(text, position)": ("lpad(:a, :b, ' ')", TEXT),
    "rpad(text, position)": ("rpad(:a, :b, ' ')", TEXT), "substring(text, position)": ("substring(:a, :b)", TEXT),
    "substring(text, position, count)": ("substring(:a, :b, :c)", TEXT), "substr(text, position)": ("substring(:a, :b)", TEXT),
    "substr(text, position, count)": ("substring(:a, :b, :c)", TEXT), "position(text, text)": ("strpos(:b, :a)", INT),
}  # fmt: skip
TRIMMED: Rows = {
    "trim(text)": ("trim(:a)", TEXT), "ltrim(text)": ("ltrim(:a)", TEXT), "rtrim(text)": ("rtrim(:a)", TEXT),
    "trim(text, constant)": ("trim(:a, :b)", TEXT),
}  # fmt: skip
CALENDAR: Rows = {
    **{f"{part}(moment)": (f"date_part('{part}', :a)", INT) for part in ("year", "quarter", "month", "day", "hour", "minute", "second")},
    "dayofmonth(moment)": ("date_part('day', :a)", INT), "dayofyear(moment)": ("date_part('doy', :a)", INT),
    "weekofyear(moment)": ("date_part('week', :a)", INT), "last_day(moment)": ("last_day(:a)", DATE),
}  # fmt: skip
MODULO: Rows = {"mod(number, number)": (":a % :b", SAME)}
POSTGRES = table(NUMBERS, STATISTICS, WINDOWS, TEXTS, TRIMMED, MODULO, {
    "greatest(value…)": ("greatest(:all)", SAME), "least(value…)": ("least(:all)", SAME), "avg(number)": (_mean, None),
    "ln(number)": ("ln(:a)", DOUBLE), "log(number)": ("log10(:a)", DOUBLE), "log10(number)": ("log10(:a)", DOUBLE),
    "log(number, number)": ("ln(:b) / ln(:a)", DOUBLE), "sqrt(number)": ("sqrt(:a)", DOUBLE), "cbrt(number)": ("cbrt(:a)", DOUBLE),
    "trunc(number)": ("trunc(:a)", SAME), "round(number)": (_rounded, None), "round(number, count)": (EXACT_ROUND, Kind.DECIMAL),
    "concat(value…)": (_concatenated(False), None), "concat_ws(constant, text…)": ("concat_ws(:all)", TEXT),
    "strpos(text, text)": ("strpos(:a, :b)", INT), "starts_with(text, text)": ("starts_with(:a, :b)", TRUTH),
    "split_part(text, constant, position)": ("split_part(:a, :b, :c)", TEXT), "md5(text)": ("md5(:a)", TEXT),
    "btrim(text)": ("trim(:a)", TEXT), "regexp_replace(text, whole_match, constant)": ("regexp_replace(:a, :b, :c)", TEXT),
    "regexp_replace(text, whole_match, constant, constant)": ("regexp_replace(:a, :b, :c, :d)", TEXT),
    "regexp_like(text, pattern)": ("regexp_matches(:a, :b)", TRUTH), "substring(text, whole_match)": (_first_match, None),
    "regexp_substr(text, whole_match)": ("CASE WHEN regexp_matches(:a, :b) THEN regexp_extract(:a, :b) END", TEXT),
    "date_trunc(monday_unit, moment)": ("date_trunc(:a, :b)", TIME), "date_part(constant, value)": (_part, None), "age(moment, moment)": ("age(:a, :b)", Kind.INTERVAL),
    "to_char(moment, oracle_format)": ("strftime(:a, :b)", TEXT), "to_date(text, oracle_format)": ("CAST(strptime(:a, :b) AS DATE)", DATE),
    "make_date(integer, integer, integer)": ("make_date(:a, :b, :c)", DATE), "date(moment)": ("CAST(:a AS DATE)", DATE),
    "bool_and(value)": ("bool_and(:a)", TRUTH), "bool_or(value)": ("bool_or(:a)", TRUTH), "every(value)": ("bool_and(:a)", TRUTH),
    "regr_slope(number, number)": ("regr_slope(:a, :b)", DOUBLE),
    "percentile_cont within group(fraction, number)": ("quantile_cont(:b, :a)", DOUBLE),
    "percentile_disc within group(fraction, number)": ("quantile_disc(:b, :a)", SAME),
    "cardinality(list)": ("len(:a)", INT), "array_length(list, position)": ("CASE WHEN :b = 1 THEN NULLIF(len(:a), 0) END", INT),
    "json_extract_path_text(value, constant)": (_field_of_json, TEXT),
    "width_bucket(number, number, number, position)": ("CASE WHEN :a < :b THEN 0 WHEN :a >= :c THEN :d + 1 ELSE CAST(floor((:a - :b) * :d / CAST(:c - :b AS DOUBLE)) AS INTEGER) + 1 END", INT),
})  # fmt: skip
SPARK = table(NUMBERS, STATISTICS, WINDOWS, TEXTS, TRIMMED, CALENDAR, {
    "greatest(value…)": ("greatest(:all)", SAME), "least(value…)": ("least(:all)", SAME), "avg(number)": (_mean, None), "mean(number)": (_mean, None),
    "mod(number, number)": (":a % NULLIF(:b, 0)", SAME), "ln(number)": ("CASE WHEN :a > 0 THEN ln(:a) END", DOUBLE),
    "log(number)": ("CASE WHEN :a > 0 THEN ln(:a) END", DOUBLE), "log10(number)": ("CASE WHEN :a > 0 THEN log10(:a) END", DOUBLE),
    "log2(number)": ("CASE WHEN :a > 0 THEN log2(:a) END", DOUBLE), "log(number, number)": ("CASE WHEN :a > 0 AND :b > 0 THEN ln(:b) / ln(:a) END", DOUBLE),
    "log1p(number)": (f"CASE WHEN :a > -1 THEN {LOG1P} END", DOUBLE), "sqrt(number)": ("sqrt(:a)", DOUBLE), "cbrt(number)": ("cbrt(:a)", DOUBLE),
    "signum(number)": ("sign(:a)", DOUBLE), "round(number, count)": (EXACT_ROUND, SAME), "round(number)": ("COALESCE(CAST(ROUND(TRY_CAST(:a AS DECIMAL(38, 15))) AS DOUBLE), :a)", SAME),
    "bround(number, count)": ("round_even(:a, :b)", SAME), "try_divide(number, number)": (_divided(":a / NULLIF(:b, 0)"), None),
    "if(value, value, value)": ("CASE WHEN :a THEN :b ELSE :c END", SAME), "nvl(value, value)": ("coalesce(:a, :b)", SAME),
    "ifnull(value, value)": ("coalesce(:a, :b)", SAME), "nvl2(value, value, value)": ("CASE WHEN :a IS NOT NULL THEN :b ELSE :c END", SAME),
    "isnull(value)": (":a IS NULL", TRUTH), "isnotnull(value)": (":a IS NOT NULL", TRUTH), "isnan(number)": ("COALESCE(isnan(CAST(:a AS DOUBLE)), false)", TRUTH),
    "nanvl(number, number)": ("CASE WHEN isnan(CAST(:a AS DOUBLE)) THEN :b ELSE :a END", DOUBLE),
    "concat(value…)": (_concatenated(True), None), "concat_ws(constant, text…)": ("concat_ws(:all)", TEXT),
    "instr(text, text)": ("strpos(:a, :b)", INT), "locate(text, text)": ("strpos(:b, :a)", INT), "startswith(text, text)": ("starts_with(:a, :b)", TRUTH),
    "endswith(text, text)": ("ends_with(:a, :b)", TRUTH), "contains(text, text)": ("contains(:a, :b)", TRUTH),
    "split_part(text, constant, position)": ("split_part(:a, :b, :c)", TEXT), "md5(text)": ("md5(:a)", TEXT), "sha2(text, count)": ("CASE WHEN :b IN (0, 256) THEN sha256(:a) END", TEXT),
    "rlike(text, pattern)": ("regexp_matches(:a, :b)", TRUTH), "regexp_like(text, pattern)": ("regexp_matches(:a, :b)", TRUTH), "regexp(text, pattern)": ("regexp_matches(:a, :b)", TRUTH),
    "regexp_replace(text, pattern, constant)": ("regexp_replace(:a, :b, :c, 'g')", TEXT), "regexp_extract(text, pattern)": ("regexp_extract(:a, :b, 1)", TEXT),
    "regexp_extract(text, pattern, count)": ("regexp_extract(:a, :b, :c)", TEXT), "ucase(text)": ("upper(:a)", TEXT), "lcase(text)": ("lower(:a)", TEXT),
    "dayofweek(moment)": ("(date_part('dow', :a) + 1)", INT), "weekday(moment)": ("(isodow(:a) - 1)", INT), "to_date(moment)": ("CAST(:a AS DATE)", DATE),
    "date(moment)": ("CAST(:a AS DATE)", DATE), "to_date(text, java_format)": ("CAST(try_strptime(:a, :b) AS DATE)", DATE), "to_timestamp(text, java_format)": ("try_strptime(:a, :b)", TIME),
    "date_format(moment, java_format)": ("strftime(:a, :b)", TEXT), "date_trunc(java_unit, moment)": ("date_trunc(:a, :b)", TIME), "trunc(moment, java_unit)": ("CAST(date_trunc(:b, :a) AS DATE)", DATE),
    "datediff(moment, moment)": ("date_diff('day', CAST(:b AS DATE), CAST(:a AS DATE))", INT), "date_diff(moment, moment)": ("date_diff('day', CAST(:b AS DATE), CAST(:a AS DATE))", INT),
    "date_add(moment, integer)": ("CAST(:a AS DATE) + :b", DATE), "date_sub(moment, integer)": ("CAST(:a AS DATE) - :b", DATE),
    "add_months(moment, integer)": ("CAST(CAST(:a AS DATE) + to_months(:b) AS DATE)", DATE), "unix_timestamp(moment)": ("CAST(floor(epoch(:a)) AS BIGINT)", LONG),
    "unix_millis(moment)": ("epoch_ms(:a)", LONG), "make_date(integer, integer, integer)": ("make_date(:a, :b, :c)", DATE),
    "count_if(value)": ("count_if(:a)", LONG), "bool_and(value)": ("bool_and(:a)", TRUTH), "bool_or(value)": ("bool_or(:a)", TRUTH), "every(value)": ("bool_and(:a)", TRUTH),
    "any(value)": ("bool_or(:a)", TRUTH), "some(value)": ("bool_or(:a)", TRUTH), "std(number)": ("stddev_samp(:a)", DOUBLE), "median(number)": ("median(:a)", DOUBLE),
    "percentile(number, fraction)": ("quantile_cont(:a, :b)", DOUBLE), "percentile_cont within group(fraction, number)": ("quantile_cont(:b, :a)", DOUBLE),
    "first(value)": ("first_value(:a)", SAME), "last(value)": ("last_value(:a)", SAME), "first(value, value)": ("first_value(:a IGNORE NULLS)", SAME), "last(value, value)": ("last_value(:a IGNORE NULLS)", SAME),
    "first_value(value, value)": ("first_value(:a IGNORE NULLS)", SAME), "last_value(value, value)": ("last_value(:a IGNORE NULLS)", SAME),
    "array_size(list)": ("len(:a)", INT), "array_max(list)": ("list_max(:a)", Kind.UNKNOWN), "array_min(list)": ("list_min(:a)", Kind.UNKNOWN),
    "array_contains(list, value)": ("CASE WHEN list_contains(:a, :b) OR list_count(:a) = len(:a) THEN list_contains(:a, :b) END", TRUTH),
    "element_at(list, position)": ("list_extract(:a, :b)", Kind.UNKNOWN), "get_json_object(text, constant)": ("CASE WHEN json_valid(:a) THEN json_extract_string(:a, :b) END", TEXT),
    "double(value)": ("CAST(:a AS DOUBLE)", DOUBLE), "degrees(number)": ("degrees(:a)", DOUBLE), "radians(number)": ("radians(:a)", DOUBLE),
})  # fmt: skip
BIGQUERY = table(NUMBERS, STATISTICS, WINDOWS, TEXTS, MODULO, {
    "greatest(value…)": (_strict("greatest"), None), "least(value…)": (_strict("least"), None), "avg(number)": (_mean, None),
    "ln(number)": ("ln(:a)", DOUBLE), "log(number)": ("ln(:a)", DOUBLE), "log10(number)": ("log10(:a)", DOUBLE), "log(number, number)": ("ln(:a) / ln(:b)", DOUBLE),
    "sqrt(number)": ("sqrt(:a)", DOUBLE), "trunc(number)": ("trunc(:a)", SAME), "round(number)": ("ROUND(:a)", SAME), "round(number, count)": ("ROUND(:a, :b)", SAME),
    "safe_divide(number, number)": (_divided(":a / NULLIF(:b, 0)"), None), "ieee_divide(number, number)": ("CAST(:a AS DOUBLE) / :b", DOUBLE), "div(integer, integer)": (":a // NULLIF(:b, 0)", LONG),
    "if(value, value, value)": ("CASE WHEN :a THEN :b ELSE :c END", SAME), "ifnull(value, value)": ("coalesce(:a, :b)", SAME),
    "concat(value…)": (_concatenated(True), None), "strpos(text, text)": ("strpos(:a, :b)", INT), "instr(text, text)": ("strpos(:a, :b)", INT),
    "starts_with(text, text)": ("starts_with(:a, :b)", TRUTH), "ends_with(text, text)": ("ends_with(:a, :b)", TRUTH), "to_hex(value)": (_hexadecimal, None),
    "trim(text)": (r"regexp_replace(:a, '^[\s\x0b\p{Z}]+|[\s\x0b\p{Z}]+$', '', 'g')", TEXT),
    "ltrim(text)": (r"regexp_replace(:a, '^[\s\x0b\p{Z}]+', '')", TEXT), "rtrim(text)": (r"regexp_replace(:a, '[\s\x0b\p{Z}]+$', '')", TEXT), "trim(text, constant)": ("trim(:a, :b)", TEXT),
    "regexp_contains(text, re2)": ("regexp_matches(:a, :b)", TRUTH), "regexp_replace(text, re2, constant)": ("regexp_replace(:a, :b, :c, 'g')", TEXT), "regexp_extract(text, re2)": (_first_match, None),
    "date(moment)": ("CAST(:a AS DATE)", DATE), "date(integer, integer, integer)": ("make_date(:a, :b, :c)", DATE), "last_day(moment)": ("last_day(:a)", DATE),
    "date_trunc(moment, iso_unit)": ("CAST(date_trunc(:b, :a) AS DATE)", DATE), "timestamp_trunc(moment, iso_unit)": ("date_trunc(:b, :a)", TIME), "datetime_trunc(moment, iso_unit)": ("date_trunc(:b, :a)", TIME),
    "date_diff(moment, moment, calendar)": ("date_diff(:c, CAST(:b AS DATE), CAST(:a AS DATE))", LONG), "timestamp_diff(moment, moment, clock)": ("date_sub(:c, CAST(:b AS TIMESTAMP), CAST(:a AS TIMESTAMP))", LONG),
    "datetime_diff(moment, moment, unit)": ("date_diff(:c, CAST(:b AS TIMESTAMP), CAST(:a AS TIMESTAMP))", LONG),
    "date_add(moment, value)": ("CAST(:a + :b AS DATE)", DATE), "date_sub(moment, value)": ("CAST(:a - :b AS DATE)", DATE), "timestamp_add(moment, value)": (":a + :b", TIME), "timestamp_sub(moment, value)": (":a - :b", TIME),
    "datetime_add(moment, value)": (":a + :b", TIME), "datetime_sub(moment, value)": (":a - :b", TIME),
    "format_date(strftime_format, moment)": ("strftime(:b, :a)", TEXT), "format_timestamp(strftime_format, moment)": ("strftime(:b, :a)", TEXT), "format_datetime(strftime_format, moment)": ("strftime(:b, :a)", TEXT),
    "parse_date(strftime_format, text)": ("CAST(strptime(:b, :a) AS DATE)", DATE), "unix_seconds(moment)": ("CAST(floor(epoch(:a)) AS BIGINT)", LONG), "unix_millis(moment)": ("epoch_ms(:a)", LONG),
    "unix_date(moment)": ("date_diff('day', DATE '1970-01-01', CAST(:a AS DATE))", LONG),
    "countif(value)": ("count_if(:a)", LONG), "logical_and(value)": ("bool_and(:a)", TRUTH), "logical_or(value)": ("bool_or(:a)", TRUTH),
    "percentile_cont(number, fraction)": ("quantile_cont(:a, :b)", DOUBLE), "array_length(list)": ("len(:a)", LONG),
    "json_value(text, constant)": ("CASE WHEN json_type(:a, :b) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(:a, :b) END", TEXT),
    "json_extract_scalar(text, constant)": ("CASE WHEN json_type(:a, :b) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(:a, :b) END", TEXT),
})  # fmt: skip
SNOWFLAKE = table(NUMBERS, STATISTICS, WINDOWS, TEXTS, TRIMMED, CALENDAR, MODULO, {
    "greatest(value…)": (_strict("greatest"), None), "least(value…)": (_strict("least"), None), "avg(number)": (_rounded_mean, None),
    "ln(number)": ("ln(:a)", DOUBLE), "log(number, number)": ("ln(:b) / ln(:a)", DOUBLE), "sqrt(number)": ("sqrt(:a)", DOUBLE), "cbrt(number)": ("cbrt(:a)", DOUBLE), "square(number)": ("CAST(:a AS DOUBLE) * :a", DOUBLE),
    "trunc(number)": ("trunc(:a)", SAME), "truncate(number)": ("trunc(:a)", SAME), "round(number)": ("ROUND(:a)", SAME), "round(number, count)": ("ROUND(:a, :b)", SAME),
    "div0(number, number)": (_divided("CASE WHEN :b = 0 AND :a IS NOT NULL THEN 0 ELSE :a / :b END"), None), "div0null(number, number)": (_divided("CASE WHEN COALESCE(:b, 0) = 0 AND :a IS NOT NULL THEN 0 ELSE :a / :b END"), None),
    "iff(value, value, value)": ("CASE WHEN :a THEN :b ELSE :c END", SAME), "nvl(value, value)": ("coalesce(:a, :b)", SAME), "ifnull(value, value)": ("coalesce(:a, :b)", SAME),
    "nvl2(value, value, value)": ("CASE WHEN :a IS NOT NULL THEN :b ELSE :c END", SAME), "zeroifnull(number)": ("coalesce(:a, 0)", SAME), "nullifzero(number)": ("nullif(:a, 0)", SAME),
    "equal_null(value, value)": (":a IS NOT DISTINCT FROM :b", TRUTH), "decode(value, value…)": (_decoded, None),
    "concat(value…)": (_concatenated(True), None), "len(text)": ("length(:a)", INT), "charindex(text, text)": ("strpos(:b, :a)", INT), "startswith(text, text)": ("starts_with(:a, :b)", TRUTH),
    "endswith(text, text)": ("ends_with(:a, :b)", TRUTH), "contains(text, text)": ("contains(:a, :b)", TRUTH), "split_part(text, constant, position)": ("split_part(:a, :b, :c)", TEXT),
    "md5(text)": ("md5(:a)", TEXT), "md5_hex(text)": ("md5(:a)", TEXT), "sha2(text)": ("sha256(:a)", TEXT),
    "rlike(text, pattern)": ("regexp_full_match(:a, :b)", TRUTH), "regexp_like(text, pattern)": ("regexp_full_match(:a, :b)", TRUTH), "regexp_replace(text, pattern, constant)": ("regexp_replace(:a, :b, :c, 'g')", TEXT),
    "regexp_replace(text, pattern)": ("regexp_replace(:a, :b, '', 'g')", TEXT), "regexp_substr(text, pattern)": ("CASE WHEN regexp_matches(:a, :b) THEN regexp_extract(:a, :b) END", TEXT),
    "dayofweek(moment)": ("date_part('dow', :a)", INT), "dayofweekiso(moment)": ("isodow(:a)", INT), "dayofweek_iso(moment)": ("isodow(:a)", INT), "week(moment)": ("date_part('week', :a)", INT), "weekiso(moment)": ("date_part('week', :a)", INT),
    "date_part(constant, value)": (_part, None), "date_trunc(monday_unit, moment)": ("date_trunc(:a, :b)", TIME), "to_date(moment)": ("CAST(:a AS DATE)", DATE), "date(moment)": ("CAST(:a AS DATE)", DATE), "to_date(text, snowflake_format)": ("CAST(strptime(:a, :b) AS DATE)", DATE),
    "to_char(moment, snowflake_format)": ("strftime(:a, :b)", TEXT), "to_varchar(moment, snowflake_format)": ("strftime(:a, :b)", TEXT),
    **{f"{name}(unit, moment, moment)": ("date_diff(:a, CAST(:b AS TIMESTAMP), CAST(:c AS TIMESTAMP))", LONG) for name in ("datediff", "timediff", "timestampdiff")},
    **{f"{name}(unit, number, moment)": (_moved, None) for name in ("dateadd", "timeadd", "timestampadd")},
    "add_months(moment, integer)": ("CASE WHEN CAST(:a AS DATE) = last_day(:a) THEN last_day(:a + to_months(CAST(:b AS INTEGER))) ELSE :a + to_months(CAST(:b AS INTEGER)) END", TIME),
    "count_if(value)": ("count_if(:a)", LONG), "booland_agg(value)": ("bool_and(:a)", TRUTH), "boolor_agg(value)": ("bool_or(:a)", TRUTH), "median(number)": ("median(:a)", DOUBLE),
    "ratio_to_report(number)": ("CAST(:a AS DOUBLE) / NULLIF(sum(:a), 0)", DOUBLE), "percentile_cont within group(fraction, number)": ("quantile_cont(:b, :a)", DOUBLE),
    "array_size(list)": ("len(:a)", INT), "to_double(value)": ("CAST(:a AS DOUBLE)", DOUBLE), "try_to_double(text)": ("TRY_CAST(:a AS DOUBLE)", DOUBLE),
    "regr_slope(number, number)": ("regr_slope(:a, :b)", DOUBLE), "degrees(number)": ("degrees(:a)", DOUBLE), "radians(number)": ("radians(:a)", DOUBLE),
})  # fmt: skip
