"""Ask the engine for the types of expressions, in a sandboxed process over tables of one row of nulls.

>>> rows = {"amount": "DOUBLE", "country": "VARCHAR"}
>>> [answer.type or answer.error for answer in answers([rows], [(0, "amount + 1"), (0, "SUM(country)")])]
['DOUBLE', 'BinderException']
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from registry.compute.sandbox.limits import MIB, Limits
from registry.compute.sandbox.outcomes import SandboxCrashed, SandboxTimeout
from registry.compute.sandbox.run import Collected, end, start, time_sentence

CHILD = Path(__file__).parents[1] / "confined" / "types_child.py"
LIMITS = Limits(
    memory_bytes=256 * MIB,
    address_space_bytes=2_816 * MIB,
    wall_seconds=8.0,
    cpu_seconds=8,
    result_bytes=32 * MIB,
    threads=1,
)


class Answer(NamedTuple):
    """The engine's type of an expression; or the kind of its error, and its message."""

    type: str = ""
    error: str = ""
    message: str = ""


def answers(
    tables: Sequence[Mapping[str, str]], statements: Sequence[tuple[int, str]], *, limits: Limits = LIMITS
) -> list[Answer]:
    """One answer for each statement: the index of its table, and an expression over that table's columns.

    ``tables``: each column's type, as the engine writes it. Nothing is started for no statements. Raises a
    SandboxFailure when there is no answer in time.
    """
    if not statements:
        return []
    spec = {
        "tables": [list(table.items()) for table in tables],
        "statements": list(statements),
        "limits": limits.as_dict(),
        "parent": os.getpid(),
    }
    with tempfile.TemporaryDirectory(prefix="plumbline-sandbox-") as folder:
        process = start(folder, CHILD)
        try:
            written = Collected(process.stdout, int(limits.result_bytes))
            assert process.stdin is not None  # as `start` opens it
            process.stdin.write(json.dumps(spec).encode())
            process.stdin.close()
            written.thread.join(limits.wall_seconds)
            if written.thread.is_alive():
                raise SandboxTimeout(time_sentence(limits))
            return [Answer(**answer) for answer in json.loads(b"".join(written.blocks))]
        except (OSError, ValueError, TypeError) as error:
            raise SandboxCrashed("The process that finds out types ended without an answer.") from error
        finally:
            end(process)
