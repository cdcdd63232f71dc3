"""Typeset a document, in a process of its own: JSON on its standard input, a PDF file on its standard output.

It is started as a script, so that it loads typst and nothing else, and ends by itself when it needs too much of the machine.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).parent
STANDARD = "ua-1"  # PDF/UA: tagged, with a title and a language, every character with its meaning
MOST_MEMORY = 2 * 2**30
FAILED = 3  # the code it exits with when typst refuses


def typeset(content: dict[str, Any]) -> bytes:
    """The PDF. What our own fonts lack is looked for in the machine's; what no font has is shown as ``replaced``."""
    replaced = content.pop("replaced")
    attempts: list[tuple[Any, bool, list[str]]] = [(content["document"], True, [STANDARD])]
    if replaced is not None:
        attempts = [(content["document"], False, [STANDARD]), (replaced, True, [STANDARD]), (replaced, True, [])]
    for place, (document, ours_alone, standards) in enumerate(attempts, 1):
        try:
            return _compile(content | {"document": document}, ours_alone, standards)
        except typst.TypstError:
            if place == len(attempts):
                raise
    raise AssertionError("there is always an attempt")


def _compile(content: dict[str, Any], ours_alone: bool, standards: list[Any]) -> bytes:
    result = typst.compile(
        str(FOLDER / "document.typ"),
        root=str(FOLDER),
        font_paths=[str(FOLDER / "fonts")],
        ignore_system_fonts=ours_alone,
        pdf_standards=standards,
        sys_inputs={"content": json.dumps(content)},
        format="pdf",
    )
    assert isinstance(result, bytes)
    return result


def main() -> int:
    """Read, typeset, write; a reason on the standard error when it fails."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        file = typeset(json.load(sys.stdin))
    except typst.TypstError as error:
        sys.stderr.write(str(error)[:300])
        return FAILED
    sys.stdout.buffer.write(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
