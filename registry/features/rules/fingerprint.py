"""Two fingerprints of a definition: its address, and its equivalence class.

The *address* (F2) is the SHA-256 of the definition's JSON as it was written: one changed byte gives another version. The
*equivalence* fingerprint (F3) is taken over what the engine reads in the logic (`sandbox.canonical`), so that white space,
comments, quotes, redundant parentheses, defaults and exact synonyms do not make a difference, and everything else does.
Logic of another dialect of SQL is fingerprinted over what the engine runs for it, Python over its tokens; what cannot be
read, over its text.

>>> first = Definition("SUM(x)", "none", "int64", "t")
>>> second = Definition("sum( (x) ) -- total", "none", "int64", "t")
>>> address(first) == address(second), equivalence(first) == equivalence(second)
(False, True)
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from registry.compute.definition import PYTHON, Definition
from registry.compute.dialects.code import code_tokens
from registry.compute.sandbox.acceptance.canonical import canonical_form
from registry.compute.sandbox.acceptance.characters import scan

NAME_LENGTH = 12
REMEMBERED = 1_024


def address(definition: Definition) -> str:
    """The full SHA-256 digest over the definition as JSON: keys sorted, `json.dumps` defaults."""
    return hashlib.sha256(json.dumps(definition.as_dict(), sort_keys=True).encode()).hexdigest()


def version_name(digest: str) -> str:
    """The first twelve hex digits, which people use as the version's name."""
    return digest[:NAME_LENGTH]


def equivalence(definition: Definition, dialect: str = "duckdb") -> str:
    """SHA-256 over the logic's meaning and the other three fields; the raw text where the logic cannot be parsed."""
    content = definition.as_dict() | {"computation_logic": _meaning(definition.computation_logic, dialect)}
    return hashlib.sha256(json.dumps([dialect, content], sort_keys=True).encode()).hexdigest()


def equivalent(first: Definition, other: Definition, dialect: str = "duckdb") -> bool:
    """Whether two definitions differ in formatting alone."""
    return equivalence(first, dialect) == equivalence(other, dialect)


@lru_cache(
    maxsize=REMEMBERED
)  # a registration asks for it three times: for the old text, the new one, and what changed
def _meaning(logic: str, dialect: str) -> Any:
    """What the logic means; callers share it and leave it as it is."""
    if dialect == PYTHON:
        return code_tokens(logic) or logic
    return (None if scan(logic).faults else canonical_form(logic)) or logic
