"""What a dbt project promises of single columns: by its tests and by enforced contracts.

Only what fails a build is a promise. A test that warns, tolerates failures, is narrowed to some rows or is written in SQL
is counted, by the reason why it is left out.

>>> test = {"resource_type": "test", "column_name": "ok", "attached_node": "model.shop.items",
...         "test_metadata": {"name": "accepted_values", "kwargs": {"values": [True, False], "quote": False}}}
>>> by_tests(Reader(), {"nodes": {"test.shop.a": test}})[0]["model.shop.items"]
{'ok': Promise(not_null=False, unique=False, allowed=('true', 'false'))}
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from registry.imports.rules.candidates import Unmapped
from registry.imports.rules.document import Reader

TABLES = ("model", "seed", "snapshot", "source")
KNOWN_TESTS = ("not_null", "unique", "accepted_values")
ALWAYS = ("", "!= 0", "!=0", "> 0", ">0", ">= 1", ">=1")  # of `error_if`: any failing row is an error
LEFT_OUT = "A schema check covers not_null, unique and accepted_values of single columns, over all rows."
WARNS = "dbt only warns where it fails; a schema check would close gates. Set severity: error to have it checked."
TOLERATES = "It fails only from a number of rows on (error_if); a schema check tolerates none."


class Promise(NamedTuple):
    """What tests and contracts promise of one column."""

    not_null: bool = False
    unique: bool = False
    allowed: tuple[str, ...] | None = None

    def merged(self, other: Promise) -> Promise:
        return Promise(self.not_null or other.not_null, self.unique or other.unique, self.allowed or other.allowed)


Promises = dict[str, dict[str, Promise]]


def by_tests(reader: Reader, document: Mapping[str, Any]) -> tuple[Promises, list[Unmapped]]:
    """What tests promise, by table and column; and how many other tests there are, by kind and reason."""
    promises: Promises = defaultdict(dict)
    others: Counter[tuple[str, str]] = Counter()
    for unique_id, node in reader.named(document, "nodes", ""):
        if node.get("resource_type") != "test":
            continue
        place = f"nodes.{unique_id}"
        table, column = _table(reader, node, place), reader.text(node, "column_name", place)
        if reason := _why_not(reader, node, place, table and column):
            others[reason] += 1
            continue
        promise = _promise(reader, reader.object(node, "test_metadata", place), place)
        promises[table][column] = promises[table].get(column, Promise()).merged(promise)
    return promises, [Unmapped("test", f"{count} × {name}", reason) for (name, reason), count in sorted(others.items())]


def by_contract(reader: Reader, node: Mapping[str, Any], place: str) -> Iterator[tuple[str, Promise]]:
    """What an enforced contract promises of each column."""
    enforced = reader.object(reader.object(node, "config", place), "contract", place).get("enforced") is True
    for name, column in reader.named(node, "columns", place):
        here = f"{place}.columns.{name}"
        kinds = {
            reader.text(constraint, "type", where) for where, constraint in reader.objects(column, "constraints", here)
        }
        primary = "primary_key" in kinds
        promise = Promise("not_null" in kinds or primary, "unique" in kinds or primary) if enforced else Promise()
        yield reader.text(column, "name", here) or name, promise


def _table(reader: Reader, node: Mapping[str, Any], place: str) -> str:
    """The table that a test is of. dbt names it for models alone; of a source, it is the one that the test depends on."""
    if attached := reader.text(node, "attached_node", place):
        return attached
    tables = [
        unique_id
        for unique_id in reader.texts(reader.object(node, "depends_on", place), "nodes", place)
        if unique_id.partition(".")[0] in TABLES
    ]
    return tables[0] if len(tables) == 1 else ""


def _why_not(reader: Reader, node: Mapping[str, Any], place: str, of: str) -> tuple[str, str] | None:
    """The kind of a test that promises nothing, and the reason; None for a promise."""
    metadata, config = reader.object(node, "test_metadata", place), reader.object(node, "config", place)
    name = reader.text(metadata, "name", place)
    if config.get("where"):
        return "narrowed by where", LEFT_OUT
    if name not in KNOWN_TESTS or metadata.get("namespace") or not of:
        return name or "in SQL", LEFT_OUT
    if reader.text(config, "severity", place).lower() == "warn":
        return f"{name} with severity warn", WARNS
    if reader.text(config, "error_if", place) not in ALWAYS:
        return f"{name} with error_if", TOLERATES
    return None


def _promise(reader: Reader, metadata: Mapping[str, Any], place: str) -> Promise:
    name, arguments = metadata["name"], reader.object(metadata, "kwargs", place)
    values = arguments.get("values")
    allowed = None
    if name == "accepted_values" and isinstance(values, list):
        quoted = arguments.get("quote") is not False
        allowed = tuple(dict.fromkeys(spelled for value in values for spelled in _spelled(value, quoted=quoted)))
    return Promise(name == "not_null", name == "unique", allowed)


def _spelled(value: Any, *, quoted: bool) -> list[str]:
    """A value as a column's text has it. dbt quotes a truth value as 'True', which a boolean column shows as true."""
    if isinstance(value, bool):
        return [str(value), str(value).lower()] if quoted else [str(value).lower()]
    return [str(value)]
