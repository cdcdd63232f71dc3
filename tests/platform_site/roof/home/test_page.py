"""The first page on a Monday morning: what waits, what is open, what is contradicted, whether teams still come."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.adoption.actions import record_training_runs
from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.initiatives.actions.initiatives import change_initiative, propose_initiative
from assessments.models import HealthAlert
from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM
from platform_site.people.actions.teams import change_team
from platform_site.people.models import Team
from platform_site.roof.home import page
from registry.models import Alert, NoFeaturesConfirmation, Override, ServingReport

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]


def words(visitor, since: str, until: str) -> str:
    """A part of the page, as it reads."""
    page = visitor.get("/").content.decode()
    start = page.index(since)
    return " ".join(page[start : page.index(until, start)].split())


def tiles(visitor) -> str:
    return words(visitor, '<div class="tiles">', "<section")


def needs(visitor) -> str:
    return words(visitor, 'id="needs"', "</section>")


def months_ago(count: int):
    day = timezone.now().replace(day=15)
    for _ in range(count):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=15)
    return day


def test_a_calm_morning_says_so(browser_of, organization, in_production):
    assert "uses no registered features" in needs(browser_of("lead")), "it is not confirmed yet"
    NoFeaturesConfirmation.objects.create(model_version=in_production, confirmed_by="ann", confirmed_at=timezone.now())
    result = tiles(browser_of("lead"))
    assert "nothing to decide" in result
    assert "0 opened, 0 ended in 7 days" in result
    assert "no assessment is published" in result
    assert "1 model version without features: nothing can be compared" in result
    assert needs(browser_of("lead")).count("<li>") == 1, "who became an administrator this week"


def test_an_override_in_force_says_why(browser_of, organization, in_production):
    now = timezone.now()
    for number, reason in enumerate(("Retrained on Friday.", "The <b>region</b> is closed."), start=1):
        Override.objects.create(
            model_version=in_production,
            causes=[{"key": f"x:{number}", "sentence": "X."}],
            reason=reason,
            requested_by="cora",
            requested_at=now,
            expires_at=now + timedelta(days=number),
            state=Override.State.APPROVED,
            decided_by="ann",
            decided_at=now,
        )
    result = tiles(browser_of("lead"))
    assert "2 overrides in force" in result
    assert "demand v1: Retrained on Friday." in result
    assert "demand v1: The &lt;b&gt;region&lt;/b&gt; is closed." in result


def test_the_groups_of_the_published_assessment_are_drawn(browser_of, published):
    page = browser_of("lead").get("/").content.decode()
    assert 'aria-label="The eight groups">' in page
    assert 'data-chart="groups"' in page


def test_a_score_says_what_moved_since_the_assessment_before(browser_of, organization, published):
    assert "the first assessment" in tiles(browser_of("lead"))
    better = [{"capability": item.capability.name, "status": "implemented"} for item in published.items.all()]
    later = begin_assessment(organization, assessed_on=timezone.now().date(), items=better, actor=SYSTEM)
    publish_assessment(later, actor=SYSTEM)
    result = tiles(browser_of("lead"))
    assert f"since {published.assessed_on:%-d %B %Y}" in result
    assert "<svg" in result


def test_a_figure_that_got_worse_waits_until_somebody_acknowledges_it(browser_of, organization, published):
    fell = HealthAlert.objects.create(
        organization=organization, figure="score", title="The score fell from 60 to 41.", before=60, before_of="June",
        after=41, after_of="September", owner="lea", opened_at=timezone.now(), observed_on=timezone.localdate(),
    )  # fmt: skip
    page = browser_of("lead").get("/").content.decode()
    assert f'<a href="{fell.get_absolute_url()}">The score fell from 60 to 41.</a>' in page
    HealthAlert.objects.update(state=HealthAlert.State.ACKNOWLEDGED)
    assert "The score fell" not in browser_of("lead").get("/").content.decode()


def test_what_waits_is_one_list_the_heaviest_first(browser_of, organization, in_production, published):
    now = timezone.now()
    Override.objects.create(
        model_version=in_production, causes=[], reason="The sale.", requested_by="cora", requested_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    report = ServingReport.objects.create(
        model_version=in_production, environment="production", window_start=now - timedelta(hours=1), window_end=now,
        features={}, reported_by="cora", reported_at=now,
    )  # fmt: skip
    skew = Alert.objects.create(
        model=in_production.model, model_version=in_production, serving_report=report, environment="production",
        title="orders_3d is skewed", opened_at=now, finding=Alert.Kind.SKEW,
    )  # fmt: skip
    propose_initiative(
        organization, title="Lineage for all", capabilities=["lineage"], owner="team:forecasting", target="implemented",
        due_on=now.date() - timedelta(days=3), actor=SYSTEM,
    )  # fmt: skip
    result = needs(browser_of("lead"))
    in_their_order = [
        "orders_3d is skewed", "The sale.", "Lineage for all", f"/assessments/{published.pk}/#evidence",
    ]  # fmt: skip
    assert [part for _, part in sorted((result.index(part), part) for part in in_their_order)] == in_their_order
    assert "requested by cora" in result
    assert "1 opened, 0 ended in 7 days" in tiles(browser_of("lead"))
    assert "open alert of skew, or closing a gate" in tiles(browser_of("lead"))
    Alert.objects.filter(pk=skew.pk).update(state=Alert.State.ACKNOWLEDGED)
    assert "orders_3d is skewed" not in needs(browser_of("lead")), "somebody is at it"


def test_adoption_that_falls_is_told(browser_of, organization, published):
    for ago, teams in ((3, "abc"), (2, "ab"), (1, "a")):
        run = {"model": "m", "started_at": months_ago(ago), "succeeded": True}
        record_training_runs([run | {"team": team} for team in teams], actor=SYSTEM)
    assert "Falling for two months in a row." in words(browser_of("lead"), 'id="adoption"', "</section>")


@pytest.mark.slow
def test_thousands_of_alerts_are_a_page_of_the_same_size(browser_of, organization, in_production, published):
    def alert(number: int, now):
        report = ServingReport.objects.create(
            model_version=in_production, environment=f"e{number}", window_start=now - timedelta(hours=1),
            window_end=now, features={}, reported_by="cora", reported_at=now,
        )  # fmt: skip
        return Alert(
            model=in_production.model,
            model_version=in_production,
            serving_report=report,
            environment=f"e{number}",
            title=f"n{number}",
            opened_at=now,
        )

    Alert.objects.bulk_create([alert(number, timezone.now()) for number in range(1_000)])
    result = needs(browser_of("lead"))
    assert result.count("<li>") == page.SHOWN
    assert re.search(r"And 4\d alerts, .* and more\.", result)


TITLES = ("Late parity", "Soon gates", "Later drift", "Done already")


@pytest.fixture
def due(organization):
    """One overdue of a team, one due in a week of the lead, one due later, one that is done."""
    today, team = timezone.localdate(), Team.objects.get(slug="forecasting")
    change_team(team, name=team.name, organization=organization, actor=SYSTEM)
    about = {"capabilities": ["lineage"], "target": "implemented", "actor": SYSTEM}
    owners, days = ("team:forecasting", "person:lead", "person:lead", "person:lead"), (-1, 7, 8, -3)
    for title, owner, day in zip(TITLES, owners, days, strict=True):
        made = propose_initiative(organization, title=title, owner=owner, due_on=today + timedelta(days=day), **about)
    change_initiative(made, state="done", actor=SYSTEM)


def test_initiatives_late_or_due_within_a_week_are_named_to_owners_and_leads(browser_of, due):
    pages = {name: needs(browser_of(name)) for name in ("lead", "contributor", "viewer")}
    shown = {name: [title for title in TITLES if title in page] for name, page in pages.items()}
    assert shown == {"lead": ["Late parity", "Soon gates"], "contributor": ["Late parity"], "viewer": []}
    assert pages["lead"].index("Late parity") < pages["lead"].index("Soon gates")


def test_initiatives_of_another_organization_need_nobody_here(browser_of, due):
    add_organization(slug="northwind", name="Northwind Retail", actor=SYSTEM)
    assert "Late parity" not in browser_of("lead").get("/?organization=northwind").content.decode()
