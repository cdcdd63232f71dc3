"""What a file would change: new, changed, the same, and what it cannot link."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.queries.importing import answers_by_words, plan_import
from assessments.adoption.rules.files import KINDS, read
from assessments.models import Organization, Release, ShowstopperAnswer, UseCase

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


@pytest.fixture
def shop(db):
    return Organization.objects.create(slug="shop", name="Shop")


def plan(kind: str, organization, *lines: str):
    return plan_import(read("\n".join(lines).encode(), KINDS[kind]), KINDS[kind], organization)


def test_each_row_is_new_changed_or_as_it_was(shop):
    for name in ("same", "other"):
        UseCase.objects.create(name=name, organization=shop, supported=True, on_platform=False, recorded_by="x")
    rows = ("name,supported,on_platform", "same,yes,no", "other,yes,yes", "new,no,no", "bad,perhaps,no")
    result = plan("use-cases", shop, *rows)
    assert [record.fields["name"] for record in result.new] == ["new"]
    assert [(change.line, change.changes) for change in result.changed] == [(3, {"on_platform": (False, True)})]
    assert (result.same, result.good, result.bad, result.refusal) == (1, 3, 1, "")


def test_another_organizations_record_is_new_here(shop):
    UseCase.objects.create(name="same", supported=True, on_platform=False, recorded_by="x")
    assert len(plan("use-cases", shop, "name,supported,on_platform", "same,yes,no").new) == 1


def test_where_nothing_says_whose_rows_they_are_none_can_be_stored(shop):
    Organization.objects.create(slug="bank", name="Bank")
    rows = ("name,supported,on_platform", "new,yes,no")
    assert "Name the organization" in plan("use-cases", None, *rows).refusal
    assert plan("use-cases", shop, *rows).refusal == ""


def test_a_release_is_linked_by_words_and_a_name_that_nobody_recorded_is_a_fault(shop):
    ShowstopperAnswer.objects.create(
        organization=shop, team="ads", answer="a GPU", counted_as="GPUs", day=DAY, recorded_by="x"
    )
    case = UseCase.objects.create(name="Streaming", organization=shop, supported=True, recorded_by="x")
    header = "name,started_on,released_on,answers,use_cases"
    result = plan(
        "releases", shop, header, "Quota,2026-01-05,2026-03-02,gpus,streaming", "Late,2026-01-05,2026-03-02,docs,"
    )
    (release,) = result.new
    assert ([answer.answer for answer in release.fields["answers"]], release.fields["use_cases"]) == (["a GPU"], [case])
    assert [(fault.line, fault.column) for fault in result.faults] == [(3, "answers")]


def test_a_changed_link_is_a_change(shop):
    release = Release.objects.create(
        name="Quota", organization=shop, started_on=date(2026, 1, 5), released_on=date(2026, 3, 2), recorded_by="x"
    )
    case = UseCase.objects.create(name="Streaming", organization=shop, supported=True, recorded_by="x")
    row = ("name,started_on,released_on,use_cases", "Quota,2026-01-05,2026-03-02,Streaming")
    (changed,) = plan("releases", shop, *row).changed
    assert changed.changes == {"use_cases": ([], [case])}
    release.use_cases.add(case)
    assert plan("releases", shop, *row).same == 1


def test_an_answer_is_found_under_its_own_words_and_under_the_merged_ones(shop):
    answer = ShowstopperAnswer.objects.create(
        organization=shop, team="ads", answer="a  GPU", counted_as="GPUs", day=DAY, recorded_by="x"
    )
    assert answers_by_words(shop) == {"a gpu": [answer], "gpus": [answer]}
    assert answers_by_words(None) == {}
