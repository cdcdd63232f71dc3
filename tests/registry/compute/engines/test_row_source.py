"""Every source of rows can do what the protocol lists."""

import inspect

import pytest

from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Data
from registry.compute.engines.tables import Table

METHODS = [name for name, member in vars(Data).items() if inspect.isfunction(member) and not name.startswith("_")]


@pytest.mark.parametrize("kind", [Files, Table])
def test_files_and_tables_have_every_method_of_a_source(kind):
    assert {"describe", "arrow_schema", "snapshot", "first_rows", "at_hand"} <= set(METHODS)
    assert [name for name in METHODS if not callable(getattr(kind, name, None))] == []


@pytest.mark.parametrize("kind", [Files, Table])
def test_the_required_arguments_are_those_of_the_protocol(kind):
    for name in METHODS:
        wanted, has = (
            [
                parameter.name
                for parameter in inspect.signature(getattr(owner, name)).parameters.values()
                if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            ]
            for owner in (Data, kind)
        )
        assert has == wanted, name
