"""A version at 0% runs as shadow: a revision like any other, which serves no user and counts nowhere as serving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.errors import Invalid, Refused
from registry.models import Alert, Deployment, ServedShare, ServingReport, ServingRevision
from registry.published import known_models
from registry.serving.actions.alerts import look_for_silence
from registry.serving.actions.deployments import rollback
from registry.serving.actions.reports import report_serving
from registry.serving.queries import production
from registry.serving.queries.changes import Change
from registry.serving.queries.deployments import serving_state, where_it_serves
from registry.serving.rules.configuration import Configuration
from registry.versions.actions.promotion import promote
from tests.registry.conftest import FIXED, register
from tests.registry.serving.actions.test_reports import CHANGED, DUE, WINDOW, report
from tests.registry.serving.story import ANN, approved, ask
from tests.registry.versions.views.test_models import text

V1 = "/api/v1"


@pytest.fixture
def shadow(serving, second, cora):
    """v2 runs beside v1 as shadow: revision 2."""
    return approved(second, cora, percent=0)


def weights():
    return ServingRevision.objects.order_by("-number")[0].configuration.weights


def served():
    now = timezone.now()
    return {row.version.version: row for row in production.served_versions(list(production.versions_at(now)), now)}


def test_a_shadow_waits_for_approval_and_is_a_numbered_revision_with_its_diff(serving, second, cora):
    outcome = ask(second, cora, percent=0)
    assert outcome.request.impact == 100
    assert outcome.request.content["weights"] == {"v1": 100, "v2": 0}
    assert [(part["kind"], part["before"], part["after"]) for part in outcome.request.parts] == [("version", None, 0)]
    made = approved(second, cora, percent=0)
    assert (made.revision.number, made.traffic_percent, made.is_shadow, made.arrives) == (2, 0, True, False)
    assert weights() == {"v1": 100, "v2": 0}
    again = ask(second, cora, percent=0)
    assert (again.changed, again.deployment) == (False, made)


def test_traffic_for_a_shadow_waits_and_it_then_arrives(shadow, second, cora):
    request = ask(second, cora, percent=5).request
    assert [part["sentence"] for part in request.parts] == [
        "v2 is no longer a shadow and begins to serve, with 5% of the traffic.",
        "v1 goes from 100% to 95% of the traffic.",
    ]
    made = approved(second, cora, percent=5)
    assert (made.arrives, made.is_shadow, weights()) == (True, False, {"v1": 95, "v2": 5})


@pytest.mark.parametrize(
    ("requested", "left"),
    [({"percent": 0, "shadow": False}, {"v1": 100}), ({"percent": 0}, {"v1": 100, "v2": 0})],
)
def test_a_shadow_leaves_when_somebody_says_so(shadow, second, cora, requested, left):
    assert ask(second, cora, **requested).request is None
    assert weights() == left


def test_a_version_with_traffic_leaves_at_0_unless_it_is_to_run_as_shadow(serving, second, cora):
    approved(second, cora, percent=20)
    assert approved(second, cora, percent=0, thresholds={"alarm": 0.6}).is_shadow is False
    assert weights() == {"v1": 100}
    approved(second, cora, percent=20)
    made = ask(second, cora, percent=0, shadow=True).deployment
    assert (made.is_shadow, made.arrives, weights()) == (True, False, {"v1": 100, "v2": 0})
    assert (
        made.revision.parts[-1]["sentence"] == "v2 stops serving users and runs as shadow; it had 20% of the traffic."
    )


@pytest.mark.parametrize(
    ("requested", "field"),
    [
        ({"percent": 5, "shadow": True}, "shadow"),
        ({"shadow": True}, "traffic_percent"),
        ({"shadow": False}, "traffic_percent"),
        ({"steps": [{"percent": 5, "hold_minutes": 0}], "shadow": True}, "shadow"),
        ({"percent": 0, "shadow": False}, "traffic_percent"),
    ],
)
def test_only_a_version_at_0_runs_as_shadow_or_leaves(in_production, cora, requested, field):
    with pytest.raises(Invalid) as refusal:
        ask(in_production, cora, **requested)
    assert [fault.field for fault in refusal.value.faults] == [field]


def test_the_traffic_of_others_moves_past_a_shadow(shadow, in_production, second, cora):
    approved(in_production, cora, percent=40, thresholds={"alarm": 0.9})
    assert weights() == {"v1": 40, "v2": 0}
    rollback(Deployment.objects.first(), to_revision=2, reason="Errors.", actor=cora)
    assert weights() == {"v1": 100, "v2": 0}


def test_a_rollout_begins_at_a_shadow_and_leaves_other_shadows_alone(shadow, second, in_production, cora):
    steps = [{"percent": 10, "hold_minutes": 60}, {"percent": 100, "hold_minutes": 0}]
    approved(second, cora, steps=steps)
    assert weights() == {"v1": 90, "v2": 10}


def test_a_gate_that_closed_lets_a_shadow_go_and_none_begin(shadow, serving, second, in_production, cora):
    register(FIXED, cora)
    with pytest.raises(Refused, match="gate is closed"):
        ask(second, cora, percent=0, environment="canary")
    ask(second, cora, percent=0, shadow=False)
    assert weights() == {"v1": 100}
    with pytest.raises(Refused, match="gate is closed"):
        ask(second, cora, percent=0)


TAKEN = [
    # what serves, what would, whether it only takes away
    (({"v1": 100, "v2": 0}, {}), ({"v1": 100}, {}), True),
    (({"v1": 100, "v2": 0}, {}), ({"v2": 0}, {}), True),
    (({"v1": 100}, {}), ({}, {}), True),
    (({"v1": 100}, {}), ({"v1": 0}, {}), True),
    (({"v1": 100, "v2": 0}, {}), ({"v1": 100}, {"alarm": 0.5}), False),
    (({"v1": 100}, {}), ({"v1": 100, "v2": 0}, {}), False),
    (({}, {}), ({"v2": 0}, {}), False),
    (({"v1": 60, "v2": 40}, {}), ({"v1": 100}, {}), False),
    (({"v1": 100, "v2": 0}, {}), ({"v1": 95, "v2": 5}, {}), False),
]


@pytest.mark.parametrize(("base", "head", "takes_away"), TAKEN)
def test_what_only_takes_away_is_never_blocked(serving, in_production, base, head, takes_away):
    state = serving_state(in_production, "production")
    change = Change(state, in_production, "production", Configuration(*head), ANN)
    before = Configuration(*base)
    assert type(change).takes_away.fget(_Of(before, change.head)) is takes_away


class _Of:
    """A change between two configurations, whatever is stored."""

    def __init__(self, base, head):
        self.base, self.head = base, head


def test_nothing_that_counts_serving_counts_a_shadow(in_production, second, cora):
    promote(second, "archived", actor=cora)
    third = second.model.versions.get(version="v1")
    approved(third, cora, percent=0, environment="production")
    assert served().keys() == {"v1"}
    assert [row.environment for row in served()["v1"].deployments] == ["production"]
    assert served()["v1"].shadow
    assert not known_models.deployed_models(None, timezone.now()).exists()


def test_beside_a_shadow_a_stage_alone_serves_nothing_either(in_production, second, cora):
    approved(second, cora, percent=0)
    assert {name: row.shadow for name, row in served().items()} == {"v2": True}
    approved(in_production, cora, percent=100)
    assert {name: row.shadow for name, row in served().items()} == {"v1": False, "v2": True}
    ask(in_production, cora, percent=0)
    assert served().keys() == {"v2"}


def test_its_reports_are_compared_and_say_nothing_of_users(shadow, in_production, second, cora):
    report(in_production, cora, orders_3d=DUE)
    stored = report(second, cora, orders_3d=DUE)
    assert (stored.shadow, stored.skew) == (True, [])
    register(FIXED, cora)
    assert report(second, cora, orders_3d=CHANGED).skew[0]["issue"] == f"serves {CHANGED} instead of {DUE}"
    assert Alert.objects.get().serving_report.shadow
    report(in_production, cora, orders_3d=DUE)
    assert Alert.objects.get().state == "open"  # v1 reports of itself alone
    assert [row.shadow for row in ServingReport.objects.order_by("pk")] == [False, True, True, False]


def test_a_shadow_that_reports_ends_no_silence(shadow, in_production, second, cora, monkeypatch):
    report(in_production, cora, orders_3d=DUE)
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    report(second, cora, orders_3d=DUE)
    assert look_for_silence() == 1
    report(second, cora, orders_3d=DUE)
    assert Alert.objects.get().state == "open"


def test_pages_and_answers_show_it(shadow, second, cora, api, browser_of):
    deployment = api("viewer").get(f"{V1}/deployments/{shadow.pk}/").json()
    assert (deployment["traffic_percent"], deployment["shadow"]) == (0, True)
    assert deployment["revision"]["content"]["weights"] == {"v1": 100, "v2": 0}
    rows = {row["version"]: row for row in api("viewer").get(f"{V1}/production/").json()["results"]}
    assert (rows["v1"]["shadow"], rows["v2"]["shadow"]) == (False, True)
    assert rows["v2"]["deployments"][0]["shadow"]
    viewer = browser_of("viewer")
    for page in (
        "/registry/models/demand/+serving/", "/registry/models/demand/", "/registry/models/demand/v2/",
        "/registry/production/", f"/registry/change-requests/{shadow.revision.covered_by_id}/",
    ):  # fmt: skip
        assert "shadow, 0%" in text(viewer.get(page)), page
    assert "v2 begins to run as shadow" in text(viewer.get("/registry/deployments/"))
    assert where_it_serves(second).get().is_shadow
    assert ServedShare.objects.filter(percent=0).count() == 1


def test_a_shadow_is_not_archived(shadow, second, cora):
    with pytest.raises(Refused, match="Take it away there"):
        promote(second, "archived", actor=cora)


def test_a_report_of_a_version_that_left_is_skew_again(shadow, second, cora):
    ask(second, cora, percent=0, shadow=False)
    start = timezone.now() + timedelta(minutes=1)
    stored = report_serving(
        second, environment="production", window=(start, start + (WINDOW[1] - WINDOW[0])),
        features={"orders_3d": {"version": DUE}}, actor=cora,
    )  # fmt: skip
    assert (stored.shadow, stored.skew[0]["issue"]) == (
        False,
        "serves, but has no traffic in production in revision 3",
    )
