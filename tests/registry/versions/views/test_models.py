"""The registry's pages short of a browser: what they show, what forms refuse, what a press of a button does."""

from __future__ import annotations

import re

import pytest

from platform_site.audit.models import AuditEvent
from registry.checks.actions.execution import execute
from registry.features.rules.fingerprint import address
from registry.models import Alert, CheckRun, FeatureVersion
from tests.registry.conftest import FIXED, TRAINED, register

TRAINED_NAME = address(TRAINED)[:12]
VERSION = "/registry/models/demand/v1/"


@pytest.fixture
def contributor(browser_of, orders):
    return browser_of("contributor")


@pytest.fixture
def changed(in_production, cora):
    """The definition was changed under a production model; the comparison waits."""
    return register(FIXED, cora)


@pytest.fixture
def compared(changed):
    """… and has been run."""
    execute(changed.run.pk)
    return CheckRun.objects.get(pk=changed.run.pk)


def text(page) -> str:
    """What a reader sees of a page, with single spaces."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def form_of(definition, **others):
    return definition.as_dict() | {"name": "orders_3d", "owner_team": "data-platform", "reason": "faster"} | others


def test_a_feature_is_registered_in_the_form_and_shown(contributor):
    answer = contributor.post("/registry/features/+register/", form_of(TRAINED), follow=True)
    assert answer.redirect_chain == [("/registry/features/orders_3d/", 302)]
    assert TRAINED_NAME in text(answer)
    assert "orders_3d" in text(contributor.get("/registry/features/?search=ORDERS"))
    assert "orders_3d" not in text(contributor.get("/registry/features/?search=nothing"))


def test_a_change_leads_to_its_comparison_and_says_whom_it_blocks(contributor, in_production):
    answer = contributor.post("/registry/features/+register/", form_of(FIXED), follow=True)
    run = CheckRun.objects.get()
    assert answer.redirect_chain == [(f"/registry/checks/runs/{run.pk}/", 302)]
    assert "The deployment gate now blocks demand v1" in text(answer)
    assert f"/registry/checks/runs/{run.pk}/progress/" in answer.content.decode()


def test_all_faults_stand_at_their_fields(contributor):
    wrong = form_of(TRAINED._replace(computation_logic="AVG(x); DROP TABLE y"), name="No Name")
    page = contributor.post("/registry/features/+register/", wrong)
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"name", "computation_logic"}
    assert "Character 7" in text(page)
    assert not FeatureVersion.objects.exists()


def test_the_blast_radius_is_reported_before_anything_is_registered(contributor, in_production):
    preview = {"preview": "1", "reason": ""}
    page = contributor.post("/registry/features/+register/", form_of(FIXED) | preview)
    assert "It would block 1 production model of 1 team until they are pinned or retrained" in text(page)
    assert "Changes from the current version: logic, null handling" in text(page)
    assert FeatureVersion.objects.count() == 1
    known = contributor.post("/registry/features/+register/", form_of(TRAINED) | preview)
    assert f"already registered as {TRAINED_NAME}" in text(known)
    wrong = contributor.post("/registry/features/+register/", form_of(TRAINED, computation_logic="DROP") | preview)
    assert set(wrong.context["form"].errors) == {"computation_logic"}


def test_the_form_begins_with_the_current_definition(contributor, feature):
    page = contributor.get("/registry/features/+register/?feature=orders_3d")
    assert page.context["form"]["null_handling"].value() == "forward_fill"


def test_going_back_needs_a_reason_and_unblocks(contributor, changed):
    path = "/registry/features/orders_3d/"
    refused = contributor.post(f"{path}current/", {"version": TRAINED_NAME}, follow=True)
    assert "required" in text(refused)
    assert contributor.get(VERSION).context["verdict"].decision == "BLOCKED"
    contributor.post(f"{path}current/", {"version": TRAINED_NAME, "reason": "wrong values"})
    assert contributor.get(VERSION).context["verdict"].decision == "PROCEED"


def test_the_gate_says_why_and_how_to_get_out(contributor, changed):
    shown = text(contributor.get(VERSION))
    for expected in ("BLOCKED", TRAINED_NAME, changed.version.name, "logic, null handling", "Pin orders_3d", "Retrain"):
        assert expected in shown
    contributor.post(f"{VERSION}gate/")
    assert contributor.get(VERSION).context["decisions"][0].decision == "BLOCKED"
    contributor.post(
        f"{VERSION}pins/", {"feature": "orders_3d", "version": TRAINED_NAME, "reason": "Until it is retrained."}
    )
    assert contributor.get(VERSION).context["verdict"].decision == "PROCEED"
    contributor.post(f"{VERSION}pins/", {"feature": "orders_3d", "version": ""})
    assert contributor.get(VERSION).context["verdict"].decision == "BLOCKED"


def test_a_promotion_that_the_gate_refuses_is_reported(contributor, model_version, cora):
    assert "v1 is now in staging" in text(contributor.post(f"{VERSION}promote/", {"to": "staging"}, follow=True))
    register(FIXED, cora)
    refused = text(contributor.post(f"{VERSION}promote/", {"to": "production"}, follow=True))
    assert "orders_3d" in refused
    model_version.refresh_from_db()
    assert model_version.stage == "staging"


def test_a_run_shows_its_verdict_first_and_everything_it_rests_on(contributor, compared):
    page = contributor.get(f"/registry/checks/runs/{compared.pk}/")
    shown = text(page)
    assert compared.outcome == "failed"
    places = [shown.index(part) for part in ("Failed", "Rows that differ")]
    assert places == sorted(places)
    assert page.context["content"]["rows"] == 7
    assert "at the peak; windows over sorted arrays, the rest by DuckDB" in shown
    assert contributor.get(f"/registry/checks/runs/{compared.pk}/progress/")["HX-Refresh"] == "true"


def test_the_worst_rows_come_as_a_table(contributor, compared):
    result = contributor.get(f"/registry/checks/runs/{compared.pk}/worst-rows.csv")
    assert result["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = result.content.decode().splitlines()
    assert head == "order_id,event_time,trained,current,difference"
    assert len(rows) == len(compared.result.content["worst_rows"]) > 0


def test_a_run_is_cancelled_once(contributor, changed):
    path = f"/registry/checks/runs/{changed.run.pk}/"
    assert "being cancelled" in text(contributor.post(f"{path}cancel/", follow=True))
    assert CheckRun.objects.get().state == "cancelled"
    assert "already cancelled" in text(contributor.post(f"{path}cancel/", follow=True))


def test_an_alert_is_acknowledged_until_a_moment(contributor, compared):
    alert = Alert.objects.get()
    path = f"/registry/alerts/{alert.pk}/acknowledge/"
    assert contributor.post(path, {"until": "whenever"}).status_code == 422
    contributor.post(path, {"until": "2999-01-01T08:00"})
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", "contributor")


POSTS = [
    ("/registry/features/+register/", form_of(TRAINED)),
    ("/registry/features/orders_3d/current/", {"version": TRAINED_NAME, "reason": "x"}),
    (f"{VERSION}pins/", {"feature": "orders_3d", "version": TRAINED_NAME, "reason": "Until it is retrained."}),
    (f"{VERSION}promote/", {"to": "archived"}),
]


@pytest.mark.parametrize(("path", "content"), POSTS)
def test_a_stranger_to_the_team_changes_nothing(browser_of, in_production, path, content):
    stranger = browser_of("stranger")
    before = AuditEvent.objects.count()
    answer = stranger.post(path, content, follow=True)
    assert answer.status_code in (200, 403)
    assert AuditEvent.objects.count() == before


PAGES = [
    "/", "/registry/features/", "/registry/features/orders_3d/", "/registry/features/+register/", "/registry/models/",
    "/registry/models/demand/", VERSION, "/registry/datasets/", "/registry/datasets/orders/", "/registry/checks/",
    "/registry/alerts/", "/registry/alerts/?state=", "/audit/", "/assessments/", "/tickets/",
]  # fmt: skip


@pytest.mark.parametrize("who", ["viewer", "lead", "admin"])
def test_every_page_opens_to_everybody_who_may_read(browser_of, compared, who):
    visitor = browser_of(who)
    assert [path for path in PAGES if visitor.get(path).status_code != 200] == []


MISSING = [
    "/registry/features/nobody/", "/registry/models/nobody/", "/registry/models/demand/v9/",
    "/registry/datasets/nobody/", "/registry/checks/99/", "/registry/checks/runs/99/", "/assessments/99/",
]  # fmt: skip


@pytest.mark.parametrize("path", MISSING)
def test_what_does_not_exist_is_a_page_that_says_so(contributor, path):
    assert contributor.get(path).status_code == 404


@pytest.mark.parametrize("path", ["features/orders_3d/graph", "models/demand/+graph", "source-tables/orders/graph"])
def test_the_impact_graph_shows_what_hangs_on_what(contributor, changed, path):
    page = contributor.get(f"/registry/{path}/")
    shown = text(page)
    for expected in ("orders", TRAINED_NAME, "demand v1", "production", "BLOCKED"):
        assert expected in shown, expected
    assert page.content.decode().count('class="graph-edge"') == (2 if path == "models/demand/+graph" else 3)


def test_a_source_table_that_nothing_reads_has_no_graph(contributor):
    assert contributor.get("/registry/source-tables/elsewhere/graph/").status_code == 404


def test_details_of_a_model_are_edited_by_who_may(browser_of, people, model):
    address = "/registry/models/demand/"
    page = browser_of("viewer").get(address).content.decode()
    assert ("Its contributors and leads can edit these details." in page, "+edit" in page) == (True, False)
    assert browser_of("stranger").get(f"{address}+edit/").status_code == 403
    visitor = browser_of("contributor")
    assert visitor.get(f"{address}+edit/").context["form"].initial["silent_after_hours"] == 24
    edited = {"owner_team": "forecasting", "description": "Orders.", "tags": "risk", "silent_after_hours": "0"}
    assert visitor.post(f"{address}+edit/", edited).status_code == 422
    assert visitor.post(f"{address}+edit/", edited | {"silent_after_hours": "2"})["Location"] == address
    model.refresh_from_db()
    assert (model.description, model.tags, model.silent_after_hours) == ("Orders.", ["risk"], 2)
    assert 'href="/registry/models/?tag=risk"' in visitor.get(address).content.decode()
    assert [row.name for row in visitor.get("/registry/models/?tag=risk").context["page_obj"]] == ["demand"]
    assert "Nothing matches" in visitor.get("/registry/models/?tag=other").content.decode()
