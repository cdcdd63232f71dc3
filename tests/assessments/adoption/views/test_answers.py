"""Answers that mean the same are merged on their page, and taken apart again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.adoption.actions import add_entry
from assessments.models import ShowstopperAnswer
from platform_site.access import SYSTEM

pytestmark = pytest.mark.django_db
PAGE, BUDGET = "/adoption/", 22


def text(visitor, path=PAGE) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def answered(visitor, path, **fields):
    answer = visitor.post(path, fields, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_lead_merges_answers_on_the_page_and_takes_it_back(browser_of):
    for team, words in (("ads", "own container"), ("maps", "C++ <serving>")):
        add_entry(ShowstopperAnswer, team=team, answer=words, day=timezone.now().date(), actor=SYSTEM)
    lead = browser_of("lead")
    merge = {"wordings": ["own container", "C++ <serving>"], "into": "Own container"}
    assert "C++ &lt;serving&gt;" in text(lead, "/adoption/answers/")
    _, page = answered(lead, "/adoption/answers/", **merge)
    assert "in the words C++ &lt;serving&gt;; own container" in page
    assert "2 wordings, merged" in text(lead)
    assert answered(browser_of("contributor"), "/adoption/answers/", **merge)[0] in (403, 422)
    _, page = answered(lead, "/adoption/answers/separate/", merged="Own container")
    assert "by their own words again" in page
