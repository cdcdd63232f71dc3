"""What a hostile document is told, by each of its readers."""

from __future__ import annotations

import contextlib
import copy
import json

import pytest

from registry.imports.rules import dbt, feast, mlflow
from registry.imports.rules import document as reading
from registry.imports.rules.candidates import Unreadable
from tests.registry.conftest import HEX
from tests.registry.imports.documents import DBT, FEAST
from tests.registry.imports.documents import mlflow as tracked

HOSTILE = [
    (b"", "not JSON that can be read"),
    (b"[]", "not a JSON object"),
    (b"\xff\xfe{", "not JSON that can be read"),
    (b'{"a":' * 100_000, "nested too deep"),
    (b'{"a": ' + b"[" * 70 + b"]" * 70 + b"}", "nested deeper than 64"),
    (b'{"a": ' + b"9" * 5_000 + b"}", "an integer is beyond 64 bits"),
    (b'{"a": NaN}', "NaN is not JSON"),
    (b'{"a": 1, "a": 2}', "an object has a key twice"),
    (b"[" + b"[]," * 1_500_001 + b"0]", "more than 3,000,000 values"),
    (b" " * (reading.LARGEST_BYTES + 1), "larger than 32 MiB"),
]


@pytest.mark.parametrize(("content", "because"), HOSTILE, ids=[because for _, because in HOSTILE])
def test_a_hostile_file_is_refused_in_a_sentence(content, because):
    with pytest.raises(Unreadable, match=because):
        reading.document(content)


def test_every_wrong_type_is_said_at_once():
    document = {
        "project": 7,
        "entities": {},
        "featureViews": [{"spec": {"name": "a\0", "features": "x", "entities": [1]}}],
    }
    with pytest.raises(Unreadable) as refused:
        feast.read(document)
    assert [fault.field for fault in refused.value.faults] == [
        "project", "entities", "featureViews[0].spec.entities", "featureViews[0].spec.name",
    ]  # fmt: skip


READERS = [(feast.read, FEAST), (dbt.read, DBT), (lambda content: mlflow.read(content, origin=""), tracked(HEX))]


@pytest.mark.parametrize(("read", "document"), READERS, ids=["feast", "dbt", "mlflow"])
def test_no_value_in_any_place_of_a_document_crashes_its_reader(read, document):
    """Each place in turn holds a value of another type: the answer is what could be read, or the list of faults."""
    read_or_refused = 0
    for broken in _broken(document):
        with contextlib.suppress(Unreadable):
            json.dumps(read(broken).as_dict())
        read_or_refused += 1
    assert read_or_refused > 300


def _broken(document):
    """The document with one value replaced, for every place and every kind of value."""
    for path in _paths(document):
        for value in (None, 7, "text\0", [3], {"a": 3}, [{"a": []}], True):
            broken = copy.deepcopy(document)
            place = broken
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            yield broken


def _paths(value, before=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*before, name)
        yield from _paths(inner, (*before, name))
