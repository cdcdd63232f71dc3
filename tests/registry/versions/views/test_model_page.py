"""The page of a model: its head, banner, tabs, scorecard, and what each part shows to whom."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.pins import pin_features
from registry.versions.queries.snapshots import recorded_snapshot
from tests.registry.conftest import FIXED, register
from tests.registry.versions.alerts import opened
from tests.registry.versions.observations import observed
from tests.registry.versions.views.test_models import TRAINED_NAME, text

PAGE = "/registry/models/demand/"
PARTS = [
    PAGE,
    f"{PAGE}?tab=versions",
    f"{PAGE}?tab=checks",
    f"{PAGE}?tab=activity",
    f"{PAGE}+serving/",
    f"{PAGE}+graph/",
]


def shown(visitor, address=PAGE) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return text(answer)


@pytest.mark.parametrize("address", PARTS)
def test_every_part_has_its_address_and_lights_one_tab(browser_of, serving, address):
    html = browser_of("viewer").get(address).content.decode()
    tabs = html[html.index('aria-label="Parts of the model"') :].partition("</nav>")[0]
    assert tabs.count('aria-current="page"') == 1
    assert f'href="{address}" aria-current="page"' in tabs
    assert all(f'href="{other}"' in tabs for other in PARTS)
    assert "production v1 100% revision 1" in text(browser_of("viewer").get(address))


def test_a_tab_that_does_not_exist_is_the_overview(browser_of, model):
    assert "Scorecard" in shown(browser_of("viewer"), f"{PAGE}?tab=nonsense")


def test_a_blocked_model_says_so_on_every_part_with_the_way_out(browser_of, serving, cora):
    register(FIXED, cora)
    for address in PARTS:
        answer = browser_of("viewer").get(address)
        assert "The gate blocks v1: orders_3d changed since training. See the ways out" in text(answer), address
        assert f'href="{PAGE}v1/">See the ways out' in answer.content.decode()


def test_what_closes_the_gate_is_named_in_the_banner(browser_of, serving, cora):
    visitor = browser_of("viewer")
    assert "model-banner" not in visitor.get(PAGE).content.decode()
    opened(serving.model_version.model, cora, name="first")
    assert "1 open alert closes the gate." in shown(visitor)
    opened(serving.model_version.model, cora, name="second")
    assert "2 open alerts close the gate." in shown(visitor)


def test_what_no_deployment_lets_serve_leads_to_serving(browser_of, in_production):
    answer = browser_of("viewer").get(PAGE)
    assert "v1 is in the stage production, and no deployment lets anything serve. See serving" in text(answer)
    assert f'href="{PAGE}+serving/">See serving' in answer.content.decode()


def test_the_scorecard_counts_what_applies_and_names_the_next_step(browser_of, serving):
    page = shown(browser_of("viewer"))
    assert "Training snapshot Every version in production has recorded what it was trained on." in page
    assert "Drift watched No drift check of it or its data runs on a schedule. Add a check" in page
    assert "Serving reports Serving has never reported. Open serving" in page
    assert "Rollback rehearsed A rollback was never made or rehearsed." in page


def test_before_production_its_lines_do_not_apply(browser_of, model_version):
    page = browser_of("viewer").get(PAGE)
    assert page.content.decode().count("Does not apply yet") == 3
    assert [fact.met for fact in page.context["facts"]].count(None) == 3


def test_a_model_without_a_version_says_who_registers_one(browser_of, model):
    assert "No version yet. Register the first one" in shown(browser_of("contributor"))
    for address in (PAGE, f"{PAGE}?tab=versions"):
        seen = shown(browser_of("viewer"), address)
        assert "Contributors of forecasting register" in seen
        assert "Register a version" not in seen


def test_the_versions_have_their_metrics_as_columns(browser_of, second):
    page = browser_of("viewer").get(f"{PAGE}?tab=versions")
    assert page.context["metrics"] == ["mape"]
    assert [(version.version, values) for version, _, values in page.context["rows"]] == [
        ("v2", [("mape", 0.12)]),
        ("v1", [("mape", 0.12)]),
    ]


def test_who_may_not_change_what_serves_sees_who_may(browser_of, serving):
    assert "Contributors of forecasting change what serves." in shown(browser_of("viewer"), f"{PAGE}+serving/")
    assert "Change what serves" in shown(browser_of("contributor"), f"{PAGE}+serving/")


def test_the_activity_is_what_the_log_has_of_the_model_and_its_versions(browser_of, in_production, cora):
    evaluate_deployment_gate(in_production, actor=cora)
    events = browser_of("viewer").get(f"{PAGE}?tab=activity").context["page_obj"].object_list
    assert [event.sequence for event in events] == list(
        AuditEvent.objects.filter(subject__in=["model:demand", "model_version:demand/v1"])
        .order_by("-sequence")
        .values_list("sequence", flat=True)
    )
    assert events[0].action == "gate.decided"


def test_the_gate_answers_at_the_top_of_the_page_where_it_was_evaluated(browser_of, in_production, cora):
    visitor = browser_of("contributor")
    answer = visitor.post(f"{PAGE}v1/gate/", follow=True)
    assert answer.redirect_chain == [(f"{PAGE}v1/", 302)]
    assert "The decision is recorded: PROCEED" in text(answer)
    register(FIXED, cora)
    assert "The decision is recorded: BLOCKED" in text(visitor.post(f"{PAGE}v1/gate/", follow=True))


def test_serving_shows_who_pinned_what_for_a_version(browser_of, serving, cora):
    version = serving.model_version
    assert "pinned for this version" not in shown(browser_of("viewer"), f"{PAGE}+serving/")
    pin_features(version, recorded_snapshot(version), actor=cora)
    page = shown(browser_of("viewer"), f"{PAGE}+serving/")
    assert f"pinned for this version: orders_3d at {TRAINED_NAME} by cora" in page
    assert "no reason on record" in page


@pytest.mark.parametrize("address", [f"{PAGE}+serving/", PAGE, f"{PAGE}v1/", "/registry/deployments/"])
def test_a_pin_is_shown_with_its_reason(browser_of, serving, cora, address):
    version = serving.model_version
    pin_features(version, recorded_snapshot(version), reasons={"orders_3d": "Until <b>May</b>."}, actor=cora)
    page = browser_of("viewer").get(address)
    assert "Until &lt;b&gt;May&lt;/b&gt;." in page.content.decode()
    assert "by cora" in text(page)


def test_the_page_asks_why_before_it_pins(browser_of, in_production, cora):
    register(FIXED, cora)
    visitor, pin = browser_of("contributor"), {"feature": "orders_3d", "version": TRAINED_NAME}
    assert "Reason for the pin on orders_3d" in text(visitor.get(f"{PAGE}v1/"))
    for reason in ("", "  "):
        answer = visitor.post(f"{PAGE}v1/pins/", pin | {"reason": reason}, follow=True)
        assert "Reason: write why serving computes this version." in text(answer)
    assert not in_production.pins.exists()
    visitor.post(f"{PAGE}v1/pins/", pin | {"reason": "Until it is retrained."})
    assert [row.reason for row in in_production.pins.all()] == ["Until it is retrained."]
    assert "orders_3d, version from nothing to" in text(browser_of("lead").get("/audit/"))


def test_an_observed_version_shows_what_it_lacks_and_the_line_that_supplies_it(
    browser_of, model, feature, orders, cora
):
    observed(model, orders, cora, "7", "champion")
    page = shown(browser_of("viewer"), f"{PAGE}7/")
    for words in (
        "PROCEED, advisory, 2 parts missing", "Missing parts", "Demand/7", "by the alias champion",
        "client.set_model_version_tag", "Only what is known of this version was compared.",
    ):  # fmt: skip
        assert words in page, words
    assert "demand" in shown(browser_of("viewer"), "/registry/models/?state=observed")
    coverage = shown(browser_of("viewer"), "/registry/models/+coverage/")
    assert "Container digest 1 of 1" in coverage
    assert "No version is only observed" in shown(
        browser_of("viewer"), "/registry/models/+coverage/?owner_team=data-platform"
    )
