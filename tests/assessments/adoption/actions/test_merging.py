"""Answers that mean the same are counted as one, by a lead, on record, and back."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.actions import add_entry, change_entry, merge_answers, separate_answers
from assessments.adoption.queries.figures import all_answers
from assessments.adoption.rules.adoption import count_answers
from assessments.models import Organization, ShowstopperAnswer
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def organization(db):
    organization = Organization.objects.create(slug="acme", name="Acme")
    for team, answer in (("ads", "C++ serving"), ("maps", "own  container"), ("fraud", "Docs")):
        answered(organization, team, answer)
    return organization


def answered(organization, team, answer):
    fields = {"team": team, "answer": answer, "day": date(2026, 11, 2)}
    return add_entry(ShowstopperAnswer, **fields, organization=organization, actor=SYSTEM)


def counts(organization):
    return {answer.answer: answer[1] for answer in count_answers(all_answers(organization))}


def test_two_wordings_count_as_one_and_so_do_later_ones(organization, actor):
    lead = actor("lead")
    assert merge_answers(organization, ["c++ Serving", "Own container"], into="Run my own container", actor=lead) == 2
    assert counts(organization) == {"Run my own container": 2, "Docs": 1}
    answered(organization, "search", "C++ SERVING")
    assert counts(organization)["Run my own container"] == 3
    change_entry(answered(organization, "vision", "TPUs"), answer="own container", actor=lead)
    assert counts(organization)["Run my own container"] == 4
    event = AuditEvent.objects.get(action="showstoppers.merged").content
    assert event == {
        "into": "Run my own container", "wordings": ["C++ serving", "own container"], "answers": 2,
        "changes": {"counted_as": {"from": [""], "to": "Run my own container"}},
    }  # fmt: skip


def test_a_merged_answer_takes_along_what_was_merged_into_it(organization, actor):
    merge_answers(organization, ["C++ serving"], into="own container", actor=actor("lead"))
    merge_answers(organization, ["own container", "Docs"], into="Better docs", actor=actor("lead"))
    assert counts(organization) == {"Better docs": 3}


def test_merging_is_taken_back(organization, actor):
    merge_answers(organization, ["C++ serving", "own container"], into="Container", actor=actor("lead"))
    assert separate_answers(organization, "container", actor=actor("lead")) == 2
    assert counts(organization) == {"C++ serving": 1, "own container": 1, "Docs": 1}
    assert AuditEvent.objects.filter(action="showstoppers.separated").count() == 1
    with pytest.raises(Invalid):
        separate_answers(organization, "container", actor=actor("lead"))


def test_every_fault_is_reported_and_only_leads_merge(organization, actor):
    with pytest.raises(Invalid) as refused:
        merge_answers(organization, ["nobody said this"], into=" ", actor=actor("lead"))
    assert [fault.field for fault in refused.value.faults] == ["into", "wordings"]
    with pytest.raises(Invalid):
        merge_answers(organization, [], into="x", actor=actor("lead"))
    with pytest.raises(NotAllowed):
        merge_answers(organization, ["Docs"], into="x", actor=actor("contributor"))


def test_another_organizations_answers_stay(organization, actor):
    other = Organization.objects.create(slug="other", name="Other")
    answered(other, "ads", "Docs")
    merge_answers(organization, ["Docs", "own container"], into="Words", actor=actor("lead"))
    assert counts(other) == {"Docs": 1}
