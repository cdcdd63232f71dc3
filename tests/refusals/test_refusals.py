"""A code is a promise to whoever branches on it: each is documented, and each is raised once through its public door."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from platform_site.errors import Refusal
from tests.refusals.inner_cases import CASES
from tests.refusals.source import PROJECT, codes, codes_in

ROW = re.compile(r"^\| `(\w+)` \| (409|503) \| [^|]{10,} \| [^|]{5,} \|$", re.MULTILINE)


def test_every_code_is_documented_with_its_status_in_order_and_no_other():
    documented = [(code, int(status)) for code, status in ROW.findall((PROJECT / "docs/refusals.md").read_text())]
    assert set(documented) == codes()
    assert documented == sorted(documented)


def test_a_code_that_is_not_written_as_text_is_found():
    with pytest.raises(AssertionError, match="write the code of Refused as text"):
        codes_in("raise errors.Refused(code, sentence)")


def test_every_case_is_of_a_code_that_exists():
    assert set(CASES) - codes() == set()


def test_every_code_has_a_case():
    assert codes() - set(CASES) == set()


@pytest.mark.django_db
@pytest.mark.same_on_both
@pytest.mark.parametrize(("code", "status"), sorted(CASES))
def test_a_code_is_answered_at_its_public_door(world, code, status):
    with transaction.atomic():
        answer = CASES[code, status](world)
        transaction.set_rollback(True)
    if isinstance(answer, Refusal):
        assert (answer.status, answer.code, len(answer.message) > 10) == (status, code, True), answer.message
        return
    problem = answer.json()
    assert (answer.status_code, problem.get("code"), problem.get("status")) == (status, code, status), problem
    assert len(problem["detail"]) > 10
