"""Code: recognized, bounded, and otherwise only text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.dialects.code import CODE, LONGEST, code_faults, code_tokens, looks_like_python
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


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (FUNCTION.replace("\n\n\n", "\n"), True),
        (FUNCTION.replace("\t", "        "), True),
        (FUNCTION.replace("fillna(0)", "fillna( 0 )  # none"), True),
        (FUNCTION.replace("'amount'", '"amount"'), True),
        (FUNCTION.replace("fillna(0)", "fillna(\n        0\n    )"), True),
        (FUNCTION.rstrip("\n"), True),
        (FUNCTION.replace("fillna(0)", "ffill()"), False),
        (FUNCTION.replace("'amount'", "'amount '"), False),
        (FUNCTION.replace("'amount'", "r'amount'"), False),
        (FUNCTION.replace("\treturn", "return"), False),
        (FUNCTION.replace("import pandas as pd\n", "# import pandas as pd\n"), False),
    ],
)
def test_comments_and_white_space_are_no_part_of_what_python_reads(other, is_same):
    assert other != FUNCTION
    assert (code_tokens(other) == code_tokens(FUNCTION)) == is_same


@pytest.mark.parametrize(
    ("first", "second"),
    [("'it\\'s'", "'its'"), ("'a\"b'", '"a"'), ("f(a)\ng(b)", "f(a) g(b)"), ("if a:\n  b\nc", "if a:\n  b\n  c")],
)
def test_what_python_reads_differently_has_other_tokens(first, second):
    assert code_tokens(first) != code_tokens(second)


@pytest.mark.parametrize("text", ["f(", "'''a", "if a:\n    b\n  c"])
def test_what_python_does_not_read_has_no_tokens(text):
    assert code_tokens(text) is None


@given(st.text(st.sampled_from("ab1 \n\t()[]'\"\\#:=,.é`$@"), max_size=60))
def test_no_text_makes_it_raise_and_a_comment_after_it_is_none_of_its_tokens(text):
    tokens = code_tokens(text)
    if tokens is not None and not text.endswith("\\"):
        assert code_tokens(f"{text}\n# a comment") == tokens
