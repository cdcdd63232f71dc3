"""The table of environment variables in the README: `python3 -m tests.documents.configuration_table` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from platform_site.environment import VARIABLES

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = (
    "<!-- configuration: written by `python3 -m tests.documents.configuration_table` -->",
    "<!-- end of configuration -->",
)


def table() -> str:
    """Return the Markdown table of all variables, in the order of `platform_site.environment`."""
    rows = [
        f"| `{each.name}` | {each.kind.expects} | {each.shown_default} | {each.meaning} |"
        for each in VARIABLES.values()
    ]
    return "\n".join(["| variable | value | default | meaning |", "|---|---|---|---|", *rows])


def with_table(document: str) -> str:
    """Return the document with the present table between its markers; raise ValueError when it has none."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(document):
        raise ValueError(f"README.md has no table of configuration. Put {BEGIN} and {END} where it belongs.")
    return pattern.sub(lambda _: f"{BEGIN}\n\n{table()}\n\n{END}", document)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
