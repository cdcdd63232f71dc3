"""Export, apply to an empty installation, export: the same bytes. What needs a second person is requested."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM, Actor, Role
from platform_site.errors import Invalid
from platform_site.roof.configuration.apply import apply
from platform_site.roof.configuration.plan import Effect, plan_of
from platform_site.roof.configuration.stored import exported
from platform_site.webhooks.actions.targets import add_webhook
from registry.checks.actions.checks import define_check
from registry.features.actions.details import edit_feature
from registry.models import ApprovalRequest, Feature, FeatureVersion, GatePolicy
from registry.versions.actions.policies import save_policy
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset({"ml-platform"}))
FLOOR = [{"metric": "mape", "operator": "<=", "threshold": 0.5}]


@pytest.fixture
def configured(feature, model, cora):
    edit_feature(feature, description="Three days.\nWith gaps.", tags=["risk"], actor=cora)
    define_check("schema", name="orders-now", parameters={"dataset": "orders"}, schedule="0 6 * * *", actor=cora)
    save_policy(name="floor", checks=FLOOR, reason="first", actor=LEA)
    add_webhook(url="https://93.184.216.34/hook", events=["alert.*"], description="pager: no", actor=LEA)


def test_export_apply_export_is_byte_equal_and_again_changes_nothing(configured, lifted_triggers):
    text = exported()
    assert "pager: no" in text
    plan = plan_of(text)
    assert {step.effect for step in plan.steps} == {Effect.SAME}
    assert not plan.changes_anything
    with lifted_triggers():
        _empty()
    assert exported().splitlines()[3:] == ["version: 1"]
    outcomes = apply(text, actor=SYSTEM)
    assert [(o.word, o.step.name, o.sentence) for o in outcomes if o.word != "created"] == []
    assert exported() == text
    assert {outcome.word for outcome in apply(text, actor=SYSTEM)} == {"same"}


def _empty() -> None:
    from django.apps import apps
    from django.db import connection

    tables = [
        model._meta.db_table for app in ("registry", "webhooks") for model in apps.get_app_config(app).get_models()
    ]
    tables.append("people_team")
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        if connection.vendor == "postgresql":  # it checks foreign keys whenever a row goes
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def test_a_change_is_planned_with_its_consequence_and_applied(configured, in_production):
    text = (
        exported()
        .replace("null_handling: forward_fill", "null_handling: zero_fill")
        .replace("AVG(order_count)", "AVG(COALESCE(order_count, 0))")
    )
    [step] = [step for step in plan_of(text).steps if step.effect != Effect.SAME]
    assert (step.section, step.effect) == ("features", Effect.CHANGE)
    assert step.sentence.endswith("It would close the gates of demand v1.")
    assert FeatureVersion.objects.count() == 1
    apply(text, reason="Faster.", actor=SYSTEM)
    newest = Feature.objects.get().current
    assert (newest.null_handling, newest.reason) == (FIXED.null_handling, "Faster.")


def test_a_looser_policy_becomes_a_request(configured):
    text = exported().replace("threshold: 0.5", "threshold: 0.9")
    [step] = [step for step in plan_of(text).steps if step.effect != Effect.SAME]
    assert step.effect == Effect.REQUEST
    assert "Another person decides" in step.sentence
    assert [o.word for o in apply(text, actor=LEA) if o.word != "same"] == ["requested"]
    assert (GatePolicy.objects.filter(name="floor").count(), ApprovalRequest.objects.count()) == (1, 1)


def test_features_are_registered_all_together_or_not_at_all(configured):
    first, second = ("good", "AVG(order_count)"), ("bad", "NO_SUCH(order_count)")
    more = "".join(
        f"- name: {name}\n  owner_team: data-platform\n  source_table: orders\n  computation_logic: {logic} OVER (PARTITION BY customer_id ORDER BY date)\n"
        "  null_handling: none\n  data_type: float64\n"
        for name, logic in (first, second)
    )
    text = exported().replace("features:\n", f"features:\n{more}")
    words = {o.step.name: o for o in apply(text, actor=SYSTEM) if o.word != "same"}
    assert {name: outcome.word for name, outcome in words.items()} == {"good": "refused", "bad": "refused"}
    assert words["good"].sentence.startswith("features: Another feature of the file was refused")
    assert "computation_logic" in words["bad"].sentence
    assert Feature.objects.count() == 1


def test_who_may_not_is_refused_and_the_rest_is_applied(configured):
    text = exported().replace("name: forecasting\n", "name: Forecasts\n", 1).replace("Three days", "3 days")
    outcomes = {o.step.name: o.word for o in apply(text, actor=LEA) if o.word != "same"}
    assert outcomes == {"forecasting": "changed", "orders_3d": "changed"}
    viewer = Actor("vera", frozenset({Role.VIEWER}))
    assert {o.word for o in apply(text.replace("3 days", "Three"), actor=viewer) if o.word != "same"} == {"refused"}


def test_what_never_changes_and_what_is_not_there(configured, cora):
    text = exported().replace("location: orders.parquet", "location: other.parquet")
    [step] = [step for step in plan_of(text).steps if step.effect != Effect.SAME]
    assert (step.effect, step.sentence.partition(".")[0]) == (
        Effect.CANNOT,
        "location never changes: choose another name",
    )
    register(FIXED, cora, name="orders_9d")
    assert plan_of(text).only_here == {"features": ["orders_9d"]}
    with pytest.raises(Invalid) as refused:
        plan_of(exported().replace("owner_team: forecasting", "owner_team: nobody"))
    assert refused.value.faults[0].message.endswith("there is no 'nobody' among teams, here or in the file.")
    assert refused.value.faults[0].field.startswith("line ")
