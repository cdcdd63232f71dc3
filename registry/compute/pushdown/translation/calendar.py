"""Parts of dates and timestamps."""

from __future__ import annotations

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation.translator import Rule, Translator, Typed

PARTS = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "DOY", "DOW"})
TRUNCATED_TO = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE"})
CALENDAR: dict[type[exp.Expr], str] = {
    exp.Year: "YEAR",
    exp.Quarter: "QUARTER",
    exp.Month: "MONTH",
    exp.Week: "WEEK",
    exp.WeekOfYear: "WEEK",
    exp.Day: "DAY",
    exp.DayOfMonth: "DAY",
    exp.Hour: "HOUR",
    exp.Minute: "MINUTE",
    exp.Second: "SECOND",
    exp.DayOfYear: "DOY",
    exp.DayOfWeek: "DOW",
}


def part_of(translator: Translator, part: str, moment: exp.Expr) -> Typed:
    """A part of a date or timestamp, as a whole number."""
    if part not in PARTS:
        raise translator.refusal(f"The part {part}", "engines count it differently")
    extracted = exp.Extract(this=exp.var(part), expression=translator.time(moment, part))
    whole: exp.Expr = exp.cast(exp.Floor(this=extracted), "BIGINT")
    if part == "DOW" and translator.dialect == "spark":  # where Sunday is 1
        whole = exp.paren(exp.Sub(this=whole, expression=exp.Literal.number(1)))
    return Typed(whole, Kind.WHOLE)


def _calendar(translator: Translator, node: exp.Expr) -> Typed:
    return part_of(translator, CALENDAR[type(node)], node.this)


def _extract(translator: Translator, node: exp.Expr) -> Typed:
    return part_of(translator, node.name.upper(), node.expression)


def _truncated(translator: Translator, node: exp.Expr) -> Typed:
    unit = node.args["unit"].name.upper()
    if unit not in TRUNCATED_TO:
        raise translator.refusal(f"DATE_TRUNC to {unit}", "engines count it differently")
    call = exp.Anonymous(
        this="DATE_TRUNC", expressions=[exp.Literal.string(unit), translator.time(node.this, "DATE_TRUNC")]
    )
    return Typed(exp.cast(call, "TIMESTAMP", dialect="duckdb"), Kind.TIME)


RULES: dict[type, Rule] = {
    **dict.fromkeys(CALENDAR, _calendar),
    exp.Extract: _extract,
    **dict.fromkeys((exp.DateTrunc, exp.TimestampTrunc), _truncated),
}
