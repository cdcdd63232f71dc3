"""`plumbline-parity FILE…`: compare the definitions in files with the current ones, as a hook of pre-commit does.

A `.sql` file is the logic of the feature that it is named after, below a line that says the rest:

    -- plumbline: null_handling=forward_fill data_type=float64
    AVG(order_count) OVER (PARTITION BY customer_id ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)

A `.json` file is a definition, or a list of definitions, as `POST features/bulk/` takes them. Parts that are left out stay as
they are. Exit codes are those of `plumbline`; with several files the highest.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ._questions import DEFINITION, RUN_WAIT_S, ask_parity, log
from ._report import text
from ._server import PASSED, WRONG_USE, PlumblineError, Server, path_of

HEADER = re.compile(r"--\s*plumbline:(.*)")
PARTS = ("feature", *DEFINITION)


class Proposed(NamedTuple):
    """A definition in a file; parts that it leaves out are not in ``parts``."""

    feature: str
    parts: dict[str, str]


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare the definitions in files with the current ones, row by row.")
    parser.add_argument("files", nargs="+", help=".sql or .json files with definitions")
    parser.add_argument("--server", default=None, help="the address of Plumbline; default: PLUMBLINE_SERVER")
    parser.add_argument("--dataset", default="", help="held-out rows to compare over")
    parser.add_argument("--wait", type=float, default=RUN_WAIT_S, help="seconds to wait for each run (default 600)")
    options = parser.parse_args(words)
    try:
        server = Server(options.server)
    except PlumblineError as failure:
        log(failure.sentence)
        return failure.exit_code
    return max(_judged(server, path, options) for path in options.files)


def proposals(path: Path) -> list[Proposed]:
    """The definitions in a file. PlumblineError says what is wrong with it."""
    try:
        content = path.read_text(encoding="utf-8")
        rows = _of_json(json.loads(content)) if path.suffix == ".json" else [_of_sql(path.stem, content)]
        return list(rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlumblineError(WRONG_USE, f"{path} holds no definition: {error}") from None


def _of_json(content: Any) -> Iterator[Proposed]:
    rows = content.get("definitions", [content]) if isinstance(content, dict) else content
    for row in rows:
        name = row.get("name") or row["feature"]
        yield Proposed(name, {part: row[part] for part in DEFINITION if row.get(part)})


def _of_sql(name: str, content: str) -> Proposed:
    first, _, rest = content.partition("\n")
    header = HEADER.match(first.strip())
    stated = dict(_pair(word) for word in header[1].split()) if header else {}
    unknown = sorted(stated.keys() - set(PARTS))
    if unknown:
        raise ValueError(f"{', '.join(unknown)} cannot be stated. Choose from {', '.join(PARTS)}.")
    logic = (rest if header else content).strip()
    if not logic:
        raise ValueError("the logic is empty")
    feature = stated.pop("feature", name)
    return Proposed(feature, dict(stated, computation_logic=logic))


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or not value:
        raise ValueError(f"{word!r} is not written as name=value")
    return name, value


def _judged(server: Server, path: str, options: argparse.Namespace) -> int:
    try:
        return max(_compared(server, proposed, options) for proposed in proposals(Path(path)))
    except PlumblineError as failure:
        log(f"{path}: {failure}")
        return failure.exit_code


def _compared(server: Server, proposed: Proposed, options: argparse.Namespace) -> int:
    """Print the verdict on one definition; a run is made only where something changed."""
    try:
        current = server.get(path_of("features", proposed.feature))["current"]
    except PlumblineError as failure:
        if failure.status != 404:
            raise
        sys.stdout.write(f"NEW  {proposed.feature}: it is not registered, so that there is nothing to compare with.\n")
        return PASSED
    now = server.get(path_of("features", proposed.feature, "versions", current))
    if all(now[part] == value for part, value in proposed.parts.items()):
        sys.stdout.write(f"UNCHANGED  {proposed.feature} is version {current}.\n")
        return PASSED
    report = ask_parity(server, proposed.feature, proposed.parts, options.dataset, options.wait)
    sys.stdout.write(text(report))
    return int(report["exit_code"])


if __name__ == "__main__":
    sys.exit(main())
