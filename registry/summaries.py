"""A run as Markdown: what a pull request or a pipeline's summary shows."""

from __future__ import annotations

from typing import Any

from registry.models import CheckRun
from registry.stats.verdict import percent

ROWS = 5


def markdown(run: CheckRun) -> str:
    """The verdict first, then figures, whom it would block, and the rows that differ most."""
    told = run.result.content if hasattr(run, "result") else {}
    lines = [f"## Parity: {run.word.replace('_', ' ')}", "", run.summary or "The run is not over.", run.error]
    if told.get("silence"):
        lines += ["", f"**Distributions alone would have passed this.** {told['silence']}"]
    if "rows_that_differ" in told:
        lines += ["", *_figures(told), "", *_blocked(told.get("would_block", ()))]
        lines += ["", *_worst(told["worst_rows"][:ROWS])] if told.get("worst_rows") else []
    return "\n".join(line for line in lines if line is not None).strip() + "\n"


def _figures(told: dict[str, Any]) -> list[str]:
    share = told["mismatch_rate"]
    rows = [
        ("Rows compared", f"{told['rows']:,}"),
        ("Rows that differ", f"{told['rows_that_differ']:,}" + (f" ({percent(share)})" if share is not None else "")),
        ("Null on one side only", f"{told['null_in_one_only']:,}"),
        ("Largest difference", _cell(told["max_abs_difference"])),
    ]
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def _blocked(models: list[dict[str, str]]) -> list[str]:
    if not models:
        return ["It would block no model in production."]
    named = ", ".join(f"`{_plain(one['model'])} {_plain(one['version'])}`" for one in models)
    return [f"It would block {len(models)} model version{'s' if len(models) > 1 else ''} in production: {named}."]


def _worst(rows: list[dict[str, Any]]) -> list[str]:
    keys = list(rows[0]["key"])
    head = [*keys, "event time", "trained", "current"]
    table = [[*(row["key"][key] for key in keys), row["event_time"], row["trained"], row["current"]] for row in rows]
    lines = [f"| {' | '.join(map(_plain, head))} |", "|" + "---|" * len(head)]
    return [*lines, *(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in table)]


def _cell(value: Any) -> str:
    if value is None:
        return "null"
    return f"{value:.6g}" if isinstance(value, float) else _plain(value)


def _plain(value: Any) -> str:
    """Text that stays in its cell and is no markup: a column's name may be anything."""
    escaped = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("`", "'").replace("<", "&lt;")
    return " ".join(escaped.split())[:200]
