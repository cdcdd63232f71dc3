"""Code: recognized, bounded, and otherwise only text."""

import pytest

from registry.compute.dialects.code import CODE, LONGEST, code_faults, looks_like_python
from tests.registry.compute.dialects.corpus import CORPUS

FUNCTION = "import pandas as pd\n\n\ndef spend(rows: pd.DataFrame) -> pd.Series:\n\treturn rows['amount'].fillna(0)\n"


@pytest.mark.parametrize(
    "text", [FUNCTION, "df['a'].fillna(0)", "F.col('amount') * 2", "lambda row: row.a", "df.groupby('k').a.mean()"]
)
def test_python_is_recognized(text):
    assert looks_like_python(text)


def test_no_sql_is_taken_for_python():
    assert [logic for logics in CORPUS.values() for logic in logics if looks_like_python(logic)] == []


def test_code_of_several_lines_is_taken_up_to_a_size():
    assert list(code_faults(FUNCTION)) == []
    assert list(code_faults("#" * LONGEST)) == []
    assert [fault.code for fault in code_faults("#" * (LONGEST + 1))] == ["too_long"]
    assert {"python"} == CODE


@pytest.mark.parametrize(
    ("text", "code"), [(" \n", "empty"), ("a\0", "character"), ("a\r", "character"), ("a\u202e", "character")]
)
def test_code_has_no_characters_that_nobody_sees(text, code):
    assert [fault.code for fault in code_faults(text)] == [code]
