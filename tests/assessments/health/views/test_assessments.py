"""The list of assessments and the report of each."""

from __future__ import annotations

import pytest

from assessments.health.actions.assessments import begin_assessment, publish_assessment

pytestmark = pytest.mark.django_db


def test_the_list_has_each_with_its_score(browser_of, published):
    page = browser_of("viewer").get("/assessments/")
    assert [(row[0].pk, row[1].health_score) for row in page.context["rows"]] == [(published.pk, 35.3)]
    assert "Begin an assessment" not in page.content.decode()


def test_the_report_has_every_capability_in_its_group(browser_of, published):
    page = browser_of("viewer").get(f"/assessments/{published.pk}/")
    groups = page.context["by_group"]
    assert sum(len(items) for _, items in groups) == 17
    assert all(item.capability.group == score.group for score, items in groups for item in items)


def test_only_a_lead_may_use_measured_statuses_and_only_in_a_draft(browser_of, draft, lea):
    assert browser_of("lead").get(f"/assessments/{draft.pk}/").context["may_take_over"] is True
    assert browser_of("viewer").get(f"/assessments/{draft.pk}/").context["may_take_over"] is False


def test_a_report_is_a_file(browser_of, published):
    answer = browser_of("viewer").get(f"/assessments/{published.pk}/report.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="exampleco-2026-11-02.csv"'
    assert browser_of("viewer").get(f"/assessments/{published.pk}/report.xls").status_code == 422


def test_the_list_says_which_one_is_corrected(browser_of, published, lea):
    begun = begin_assessment(published.organization, assessed_on=published.assessed_on, corrects=published, actor=lea)
    assert "corrected by a later one" not in browser_of("viewer").get("/assessments/").content.decode()
    publish_assessment(begun, actor=lea)
    assert browser_of("viewer").get("/assessments/").content.decode().count("corrected by a later one") == 1
    table = browser_of("viewer").get("/assessments/?csv=assessments").content.decode().splitlines()
    assert [line.count("Published, corrected") for line in table] == [0, 0, 1]
