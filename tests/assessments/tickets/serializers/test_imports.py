"""What the API takes and gives of an import."""

from __future__ import annotations

import pytest
from rest_framework.exceptions import ValidationError

from assessments.models import TicketImport
from assessments.tickets.serializers.imports import SHOWN, ImportDetail, MappingField


def test_a_mapping_is_a_json_object_of_strings():
    assert MappingField().run_validation('{"title": "Summary"}') == {"title": "Summary"}


@pytest.mark.parametrize("text", ["x", "[]", '{"title": 1}', "[" * 5_000])
def test_any_other_mapping_is_refused_with_an_example(text):
    with pytest.raises(ValidationError, match="Write it like"):
        MappingField().run_validation(text)


def test_the_first_bad_rows_are_shown():
    rows = [[line, "7", ["title is empty."]] for line in range(SHOWN + 1)]
    shown = ImportDetail(
        TicketImport(bad_rows=rows, rows=3, created_count=1, changed_count=2, bad_count=SHOWN + 1)
    ).data
    assert len(shown["row_errors"]) == SHOWN
    assert shown["row_errors"][0] == {"line": 0, "external_id": "7", "reasons": ["title is empty."]}
    assert shown["counts"] == {"rows": 3, "created": 1, "changed": 2, "bad": SHOWN + 1, "cut": 0}
