"""The form of how files are read: what was left as it was found is not stated."""

from __future__ import annotations

import pytest

from registry.compute.reading.description import Reading
from registry.data.actions.datasets import add_dataset
from registry.data.forms.reading import ReadForm
from registry.data.queries.datasets import reading
from registry.models import Dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(cora, data_root):
    """What was found in a file of numbers, dates and a null word."""
    (data_root / "rows.csv").write_text("id,day,amount\n1,2024-01-31,1.5\n2,2024-02-01,NA\n")
    return reading(add_dataset(name="rows", kind="csv", location="rows.csv", actor=cora))


def filled(shown, **changed):
    """The form as it is shown, with these answers of a person."""
    form = ReadForm(shown=shown, kind="csv")
    values = {name: form[name].value() for name in form.fields}
    values |= {name: "\n".join(value) for name, value in values.items() if isinstance(value, list | tuple)}
    values |= changed
    return ReadForm(
        {name: value for name, value in values.items() if value not in (None, False)}, shown=shown, kind="csv"
    )


def stated(shown, **changed) -> dict:
    form = filled(shown, **changed)
    assert form.is_valid(), form.errors
    return form.stated()


def test_what_was_found_stays_found(shown):
    assert stated(shown) == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"delimiter": ";"}, {"delimiter": ";"}),
        ({"header": "false"}, {"header": False}),
        ({"decimal": ","}, {"decimal": ","}),
        ({"time_zone": "Europe/Berlin"}, {"time_zone": "Europe/Berlin"}),
        ({"null_words": "NA\n?"}, {"null_words": ["", "NA", "?"]}),
        ({"null_words": "NA", "empty_is_null": False}, {"null_words": ["NA"]}),
        ({"exceptions": "day = ?, -"}, {"null_words_by_column": {"day": ["", "?", "-"]}}),
        ({"date_formats": "%d.%m.%Y"}, {"date_formats": ["%d.%m.%Y"]}),
    ],
)
def test_only_what_differs_is_stated(shown, changed, expected):
    assert stated(shown, **changed) == expected


def test_a_kind_is_chosen_for_each_column(shown):
    form = filled(shown)
    field = next(field for field, name in form.columns.items() if name == "amount")
    assert stated(shown, **{field: "text"}) == {"kinds": {"amount": "text"}}


def test_parquet_files_have_neither_delimiters_nor_null_words(orders):
    dataset = Dataset.objects.get(name="orders")
    form = ReadForm(shown=reading(dataset), kind="parquet")
    assert not {"delimiter", "header", "encoding", "null_words", "exceptions"} & set(form.fields)


def test_a_choice_that_only_the_api_can_state_is_kept(shown):
    odd = shown._replace(reading=Reading(delimiter="#").over(shown.reading))
    assert ("#", "'#'") in ReadForm(shown=odd, kind="csv").fields["delimiter"].choices
