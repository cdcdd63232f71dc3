"""A run as Markdown: what a pull request or a pipeline's summary shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from platform_site.text.markdown import code, escape
from platform_site.text.wording import counted, in_words
from registry.checks.queries.raised_limits import fixed_limit
from registry.compute.kinds.quality.verdict import KIND as QUALITY
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import percent
from registry.models import Check, CheckRun, ColumnFinding

ROWS = 5
COLUMNS = 10
LONGEST_CELL = 200


def markdown(run: CheckRun) -> str:
    """The verdict first, then what was compared and left out, figures or columns, the models it would block, and the rows
    that differ most."""
    content = run.result.content if hasattr(run, "result") else {}
    lines = [f"## {_title(run.check_definition)}: {in_words(run.word)}", ""]
    lines += [
        escape(run.summary, 500) or "The run has not ended.",
        *([escape(run.error, 2_000)] if run.error else []),
    ]
    if (sentence := content.get("sentence", "")) not in run.summary:
        lines += ["", escape(sentence, 1_000)]
    if content.get("silence"):
        lines += ["", f"**Distributions alone would have passed this.** {content['silence']}"]
    if "rows_that_differ" in content:
        lines += ["", *_figures(content), "", *_blocked(content.get("would_block", ()))]
        lines += ["", *_worst(content["worst_rows"][:ROWS])] if content.get("worst_rows") else []
    elif columns := run.columns.exclude(outcome=CheckRun.Outcome.PASSED).order_by("rank")[:COLUMNS]:
        lines += ["", *_columns(columns)]
    return "\n".join(lines).strip() + "\n"


def _title(check: Check) -> str:
    if check.kind == Check.Kind.DEFINITION_PARITY:
        return "Parity"
    return f"{check.get_kind_display()} of {escape(check.name, LONGEST_CELL)}"


def _columns(columns: Iterable[ColumnFinding]) -> list[str]:
    """Those that did not pass, in the order of what matters."""
    rows = [
        f"| {in_words(column.outcome)} | {escape(column.column, LONGEST_CELL)} | {_statistic(column)} | {_number(column.value)} | {_limit(column)} |"
        for column in columns
    ]
    return ["| | column | statistic | value | limit |", "|---|---|---|---|---|", *rows]


def _statistic(finding: ColumnFinding) -> str:
    if finding.kind == QUALITY or finding.outcome == Outcome.BLIND:
        return escape(finding.sentence, LONGEST_CELL)
    return ENTRIES[finding.statistic].title if finding.statistic in ENTRIES else escape(finding.sentence, LONGEST_CELL)


def _limit(finding: ColumnFinding) -> str:
    fixed = fixed_limit(finding)
    return (
        _number(finding.limit)
        if fixed is None
        else f"{_number(fixed)}, raised to {_number(finding.limit)}: chance alone"
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _figures(content: dict[str, Any]) -> list[str]:
    share = content["mismatch_rate"]
    rows = [
        ("Rows compared", f"{content['rows']:,}"),
        (
            "Rows that differ",
            f"{content['rows_that_differ']:,}" + (f" ({percent(share)})" if share is not None else ""),
        ),
        ("Null on one side only", f"{content['null_in_one_only']:,}"),
        ("Largest difference", _cell(content["max_abs_difference"])),
    ]
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def _blocked(models: list[dict[str, str]]) -> list[str]:
    if not models:
        return ["It would block no model in production."]
    versions = ((code(f"{model['model']} {model['version']}", LONGEST_CELL), _already(model)) for model in models)
    named = ", ".join(version + already for version, already in versions)
    return [f"It would block {counted(len(models), 'model version')} in production: {named}."]


def _already(model: dict[str, Any]) -> str:
    return " (as the current definition does)" if model.get("already") else ""


def _worst(rows: list[dict[str, Any]]) -> list[str]:
    keys = list(rows[0]["key"])
    head = [*keys, "event time", "trained", "current"]
    table = [[*(row["key"][key] for key in keys), row["event_time"], row["trained"], row["current"]] for row in rows]
    lines = [f"| {' | '.join(escape(name, LONGEST_CELL) for name in head)} |", "|" + "---|" * len(head)]
    return [*lines, *(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in table)]


def _cell(value: Any) -> str:
    if value is None:
        return "null"
    return f"{value:.6g}" if isinstance(value, float) else escape(value, LONGEST_CELL)
