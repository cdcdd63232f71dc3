"""Regulated models and fairness by group, as a program and a reader see them."""

from __future__ import annotations

import pytest

from platform_site.people.models import Team
from registry.regulation.actions.regulated_models import mark_regulated
from registry.versions.actions.policies import save_policy
from tests.registry.regulation.actions.test_regulated_models import FAIR, LEA, rates

V1 = "/api/v1/models/demand"


@pytest.fixture
def regulated(model_version, people):
    Team.objects.create(slug="risk", name="Risk")
    save_policy(**FAIR, actor=LEA)
    return mark_regulated(model_version.model, True, reason="It decides on credit.", actor=LEA)


def test_figures_come_by_group_with_limit_and_owner(api, regulated):
    ci = api("contributor")
    (empty,) = ci.get(f"{V1}/versions/v1/fairness/").json()
    assert (empty["column"], empty["groups"], {check["outcome"] for check in empty["checks"]}) == (
        "sex",
        [],
        {"missing"},
    )
    added = ci.post(f"{V1}/versions/v1/evaluations/", {"evaluations": rates(0.2, 0.4)}, format="json")
    assert added.status_code == 201, added.json()
    (body,) = ci.get(f"{V1}/versions/v1/fairness/").json()
    assert [(group["group"], group["rows"], group["selection_rate"]) for group in body["groups"]] == [
        ("f", 900, 0.2), ("m", 900, 0.4),
    ]  # fmt: skip
    impact = body["checks"][0]
    assert (impact["observed"], impact["threshold"], impact["outcome"], impact["owner_team"], impact["groups"]) == (
        0.5, 0.8, "failed", "Risk", ["f", "m"],
    )  # fmt: skip


def test_the_page_names_figure_limit_owner_and_what_closes(browser_of, api, regulated):
    api("contributor").post(f"{V1}/versions/v1/evaluations/", {"evaluations": rates(0.2, 0.4)}, format="json")
    page = browser_of("viewer").get("/registry/models/demand/v1/").content.decode()
    for text in ("Fairness by group", "By sex", "Disparate impact ratio", "&gt;= 0.8", "Risk", "20.0%", "Regulated"):
        assert text in page, text
    assert "3 of 3 checks block the way to production" in " ".join(page.split())
    assert "Only Risk can change the policy" in " ".join(page.split())


def test_a_policy_for_regulated_models_is_written_as_people_say_it(browser_of, people):
    Team.objects.create(slug="risk", name="Risk")
    line = "disparate_impact_ratio @ sex: f, m >= 0.8"
    values = {
        "name": "fair",
        "owner_team": "risk",
        "checks": line,
        "regulated": "on",
        "reason": "The four-fifths rule.",
    }
    lead = browser_of("lead")
    answer = lead.post("/registry/policies/", values, follow=True).content.decode()
    assert "regulated models" in answer
    assert lead.get("/registry/policies/?policy=fair").context["form"]["checks"].value() == line
