"""The tables of docs/dialects.md: `python3 -m tests.documents.dialects_page` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from registry.compute.dialects import TABLES, TITLES
from registry.compute.sandbox.acceptance.grammar import AGGREGATES, CONDITIONS, DATES, LISTS, NUMBERS, TEXTS, WINDOWED

PAGE = Path(__file__).parents[2] / "docs" / "dialects.md"
BEGIN, END = "<!-- functions -->", "<!-- end of functions -->"
GROUPS = {
    "Statistics": AGGREGATES, "Windows": WINDOWED, "Numbers": NUMBERS, "Conditions": CONDITIONS, "Text": TEXTS,
    "Dates": DATES, "Lists and JSON": LISTS,
}  # fmt: skip


def written() -> str:
    """The functions of DuckDB's dialect by group, and those of each other dialect with what runs for them."""
    lines = ["## DuckDB", "", "| group | functions |", "|---|---|"]
    lines += [f"| {group} | {', '.join(f'`{name}`' for name in sorted(names))} |" for group, names in GROUPS.items()]
    for dialect, table in TABLES.items():
        lines += ["", f"## {TITLES[dialect]}", "", "| written | runs as |", "|---|---|"]
        for name, rows in sorted(table.items()):
            lines += [_line(name, row.forms, row.runs) for row in rows if " of values" not in name]
    return "\n".join(lines)


def _line(name: str, forms: tuple[str, ...], runs: object) -> str:
    call = f"{name}({', '.join(forms)})"
    if name.endswith(" within group"):
        call = f"{name.split()[0]}({forms[0]}) WITHIN GROUP (ORDER BY {forms[1]})"
    computed = (getattr(runs, "__doc__", None) or "as the dialect computes it").split("\n")[0]
    engine = f"`{runs}`" if isinstance(runs, str) else computed
    return "| {} | {} |".format(*(cell.replace("|", r"\|") for cell in (f"`{call}`", engine)))


def page() -> str:
    """The page with its tables as they should be."""
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n{written()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(re.sub(r"\n{3,}", "\n\n", page()))
