"""A question without an answer is told apart from trouble with a column."""

from __future__ import annotations

import pytest

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.report import TROUBLE


def test_a_question_without_an_answer_is_no_trouble_with_values_and_keeps_its_sentence():
    with pytest.raises(NotAnswerable, match=r"^There is one group\.$") as raised:
        raise NotAnswerable("There is one group.")
    assert not isinstance(raised.value, TROUBLE)
