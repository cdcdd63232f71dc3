import time
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from platform_site.access import Actor, Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.compute.sandbox.value_types import binding, engine_answers
from registry.features.actions import (
    NewDefinition,
    accept_difference,
    edit_feature,
    register_features,
    set_current,
)
from registry.features.rules.fingerprint import address, equivalence
from registry.models import CheckRun, CurrentVersionChange, Feature, FeatureVersion
from registry.versions.actions.gate_settings import save_gate_settings
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, contributor, register

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())


def test_a_version_is_named_by_its_content(feature):
    version = feature.versions.get()
    assert (version.digest, version.name, version.number) == (address(TRAINED), address(TRAINED)[:12], 1)
    assert feature.current == version


def test_registering_the_same_definition_again_changes_nothing(feature, cora):
    events = AuditEvent.objects.count()
    again = register(TRAINED, cora)
    assert (again.created, again.version.number) == (False, 1)
    assert AuditEvent.objects.count() == events


def test_the_same_definition_at_another_commit_is_the_same_version_and_each_commit_is_kept(feature, cora):
    commits = ["a" * 40, "b" * 40, "c" * 64]
    for commit in [*commits, commits[0], ""]:
        again = register(TRAINED, cora, pipeline_commit=commit)
        assert (again.created, again.version.number) == (False, 1)
    assert feature.versions.get().pipeline_commits == commits
    recorded = AuditEvent.objects.filter(action="feature_version.commit_recorded").order_by("sequence")
    assert [event.content["pipeline_commit"] for event in recorded] == commits


def test_the_commit_of_the_first_registration_is_the_first_of_the_list(orders, cora):
    version = register(TRAINED, cora, pipeline_commit="a" * 40).version
    register(TRAINED, cora, pipeline_commit="b" * 40)
    version.refresh_from_db()
    assert (version.pipeline_commit, version.pipeline_commits) == ("a" * 40, ["a" * 40, "b" * 40])
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        version.later_commits.all().delete()


def test_a_new_version_is_numbered_says_what_changed_and_is_current(feature, cora):
    fixed = register(FIXED, cora, reason="faster")
    feature.refresh_from_db()
    assert (fixed.created, fixed.version.number, feature.current) == (True, 2, fixed.version)
    assert fixed.changes.words == ["logic", "null handling"]


def test_a_rewritten_version_says_formatting_only(feature, cora):
    assert register(REWRITTEN, cora).changes.words == ["formatting only"]


def test_a_new_version_is_compared_with_the_current_one_on_the_rows(feature, cora):
    run = register(FIXED, cora).run
    assert run.state == CheckRun.State.QUEUED
    assert run.check_definition.parameters["trained"] == address(TRAINED)[:12]


def test_a_new_version_says_which_production_models_it_blocks(in_production, cora):
    assert register(FIXED, cora).would_block == (in_production,)


def test_an_equivalent_version_blocks_nothing(in_production, cora):
    assert register(REWRITTEN, cora).would_block == ()


def test_a_line_end_of_a_browser_is_stored_and_addressed_as_a_line_feed(orders, cora):
    lines = TRAINED._replace(computation_logic="order_count -- the count\n+ 1")
    sent = lines._replace(computation_logic=lines.computation_logic.replace("\n", "\r\n"))
    version = register(sent, cora).version
    assert version.computation_logic == lines.computation_logic
    assert version.digest == address(lines)
    assert not register(lines, cora).created


def test_a_source_table_that_is_not_bound_is_a_warning(teams, cora):
    registered = register(TRAINED._replace(source_table="elsewhere"), cora)
    assert registered.created
    assert "elsewhere" in registered.warnings[0]


def test_every_fault_is_named_at_once_and_nothing_is_stored(teams, cora):
    with pytest.raises(Invalid) as refused:
        register(TRAINED._replace(null_handling="guess", data_type="quark", source_table="A B"), cora, name="No Name")
    assert {fault.field for fault in refused.value.faults} == {"name", "null_handling", "data_type", "source_table"}
    assert not FeatureVersion.objects.exists()


@pytest.mark.parametrize(
    ("logic", "why"),
    [
        ("AVG(no_such_column)", "an unknown column of a bound table"),
        ("(SELECT 1)", "a subquery"),
        ("read_csv('/etc/passwd')", "a table function"),
        ("AVG(order_count); DROP TABLE x", "a second statement"),
        ("", "nothing"),
        ("AVG((", "not SQL"),
        ("Order_Count", "a name in another case"),
        ("LOWER(order_count)", "text of a number"),
        ("order_count -- a\r + 1\n", "a line that ends for one parser only"),
    ],
)
def test_logic_that_the_sandbox_would_refuse_is_never_registered(orders, cora, logic, why):
    with pytest.raises(Invalid) as refused:
        register(TRAINED._replace(computation_logic=logic), cora)
    assert {fault.field for fault in refused.value.faults} == {"computation_logic"}, why


def test_what_is_stored_keeps_its_version_whatever_new_logic_is_held_to(orders, cora):
    register(TRAINED, cora)
    stored = TRAINED._replace(computation_logic="Order_Count")
    with pytest.raises(Invalid, match="names are exact"):
        register(stored, cora)
    feature = FeatureVersion.objects.get().feature
    FeatureVersion.objects.create(
        feature=feature,
        number=2,
        name=address(stored)[:12],
        digest=address(stored),
        equivalence=equivalence(stored),
        **stored.as_dict(),
        changes={},
        registered_at=feature.created_at,
    )
    again = register(stored, cora)
    assert (again.created, again.version.number) == (False, 2)


def test_types_that_could_not_be_checked_are_a_warning(orders, cora, monkeypatch):
    monkeypatch.setattr(engine_answers, "CHILD", Path("/nowhere/at/all.py"))
    monkeypatch.setattr(binding, "REMEMBERED", {})
    registered = register(TRAINED, cora)
    assert registered.created
    assert [warning[:28] for warning in registered.warnings] == ["The types were not checked: "]


def test_another_teams_feature_cannot_be_changed(feature):
    with pytest.raises(NotAllowed):
        register(FIXED, contributor("forecasting", name="otto"))
    assert feature.versions.count() == 1


def test_a_viewer_registers_nothing(teams):
    with pytest.raises(NotAllowed):
        register(TRAINED, Actor("vera", frozenset({Role.VIEWER}), frozenset({"data-platform"})))


def test_a_version_that_requires_parity_waits_to_become_current(feature, cora):
    edit_feature(feature, requires_parity=True, actor=cora)
    waiting = register(FIXED, cora)
    feature.refresh_from_db()
    assert (feature.current.number, waiting.would_block) == (1, ())
    assert waiting.warnings[0].startswith(f"It waits for its parity check: {feature.current.name} stays current")
    with pytest.raises(Refused) as refused:
        set_current(feature, waiting.version, reason="Now.", actor=cora)
    assert refused.value.code == "parity_first"


@pytest.mark.parametrize("who", ["cora", "lea"])
def test_the_owner_and_leads_switch_parity_first(feature, cora, who):
    actor = {"cora": cora, "lea": LEA}[who]
    for required in (True, False):
        assert edit_feature(feature, requires_parity=required, actor=actor).requires_parity is required
        event = AuditEvent.objects.first()
        assert (event.action, event.content) == (
            "feature.edited",
            {"requires_parity": {"from": not required, "to": required}},
        )
    edit_feature(feature, requires_parity=False, actor=actor)
    assert AuditEvent.objects.first() == event


def test_others_do_not_switch_parity_first(feature):
    for actor in (contributor("forecasting"), ANN):
        with pytest.raises(NotAllowed):
            edit_feature(feature, requires_parity=True, actor=actor)


def test_a_lead_turns_on_parity_first_for_what_serves_in_production(feature, in_production, cora):
    register(TRAINED, cora, name="unused")
    save_gate_settings(parity_first_in_production=True, reason="It happened twice.", actor=LEA)
    for name, number in (("orders_3d", 1), ("unused", 2)):
        register(FIXED, cora, name=name)
        assert Feature.objects.get(name=name).current.number == number


@pytest.fixture
def waiting(feature, cora):
    edit_feature(feature, requires_parity=True, actor=cora)
    return register(FIXED, cora).version


def test_another_person_accepts_that_a_version_computes_other_values(feature, waiting):
    accept_difference(feature, waiting, reason=" Zero is right. ", actor=ANN)
    feature.refresh_from_db()
    assert feature.current == waiting
    assert CurrentVersionChange.objects.first().reason == "Zero is right."
    event = AuditEvent.objects.get(action="feature.difference_accepted")
    assert event.actor == "ann"
    assert event.content == {"version": waiting.name, "registered_by": "cora", "reason": "Zero is right."}
    with pytest.raises(Refused) as refused:
        accept_difference(feature, waiting, reason="Again.", actor=LEA)
    assert refused.value.code == "not_waiting"


def test_nobody_accepts_their_own_version_or_without_role_and_reason(feature, waiting, cora):
    own = Actor("cora", frozenset({Role.APPROVER, Role.LEAD}), cora.teams)
    for actor in (own, contributor("data-platform", name="otto"), Actor("bot", ANN.roles, is_service=True)):
        with pytest.raises(NotAllowed):
            accept_difference(feature, waiting, reason="Fine.", actor=actor)
    with pytest.raises(Invalid, match="reason"):
        accept_difference(feature, waiting, reason=" ", actor=ANN)
    feature.refresh_from_db()
    assert feature.current.number == 1


def test_a_version_that_was_current_before_does_not_wait(feature, waiting, cora):
    accept_difference(feature, waiting, reason="Zero is right.", actor=ANN)
    first = feature.versions.get(number=1)
    set_current(feature, first, reason="Back.", actor=cora)
    set_current(feature, waiting, reason="Forward.", actor=cora)
    feature.refresh_from_db()
    assert feature.current == waiting


def test_going_back_is_on_record_with_its_reason(feature, cora):
    register(FIXED, cora)
    first = feature.versions.get(number=1)
    set_current(feature, first, reason="The fix changed the values.", actor=cora)
    feature.refresh_from_db()
    assert feature.current == first
    assert CurrentVersionChange.objects.first().reason == "The fix changed the values."
    assert AuditEvent.objects.first().action == "feature.current_changed"


def test_going_back_without_a_reason_is_refused(feature, cora):
    with pytest.raises(Invalid):
        set_current(feature, feature.versions.get(), reason=" ", actor=cora)


def proposed(*names: str, definition=FIXED, **others) -> list[NewDefinition]:
    return [NewDefinition(name, "data-platform", definition, **others) for name in names]


def test_several_definitions_are_registered_as_each_alone(feature, cora):
    before = AuditEvent.objects.count()
    registered = register_features(proposed("b", "orders_3d", "a", reason="together"), actor=cora)
    assert [(outcome.version.feature.name, outcome.version.number) for outcome in registered] == [
        ("b", 1), ("orders_3d", 2), ("a", 1),
    ]  # fmt: skip
    assert [outcome.run is not None for outcome in registered] == [False, True, False]
    assert registered[1].changes.words == ["logic", "null handling"]
    events = [event.action for event in AuditEvent.objects.order_by("sequence")[before:]]
    assert events[:8] == [
        *("feature.added", "feature_version.registered", "feature_version.registered", "feature.added"),
        *("feature_version.registered", *["feature.current_changed"] * 3),
    ]
    assert audit.verify().valid
    for name in ("a", "b"):
        assert register(FIXED, cora, name=name).created is False
    assert {change.reason for change in CurrentVersionChange.objects.exclude(before=None)} == {"together"}


def test_a_call_of_known_definitions_changes_nothing(feature, cora):
    events = AuditEvent.objects.count()
    (again,) = register_features(proposed("orders_3d", definition=TRAINED), actor=cora)
    assert (again.created, again.version, AuditEvent.objects.count()) == (False, feature.current, events)


def test_no_definition_or_more_than_500_are_refused(orders, cora):
    for names in ([], [f"f{number}" for number in range(501)]):
        with pytest.raises(Invalid, match="1 to 500"):
            register_features(proposed(*names), actor=cora)


def test_as_many_queries_for_many_new_definitions_as_for_few(orders, cora):
    counts = []
    for size in (2, 60):
        with CaptureQueriesContext(connection) as queries:
            register_features(proposed(*(f"f{size}_{number}" for number in range(size))), actor=cora)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 4, counts  # SQLite takes a limited number of values in one statement


@pytest.mark.slow
def test_500_definitions_take_less_than_a_quarter_of_the_time_that_they_take_one_by_one(orders, cora):
    definitions = [
        new._replace(definition=FIXED._replace(computation_logic=f"{FIXED.computation_logic} + {number}"))
        for number, new in enumerate(proposed(*(f"f{number}" for number in range(508))))
    ]
    start = time.monotonic()
    for new in definitions[500:]:
        register_features([new], actor=cora)
    alone = (time.monotonic() - start) / 8
    start = time.monotonic()
    register_features(definitions[:500], actor=cora)
    assert time.monotonic() - start < 500 * alone / 4
    assert FeatureVersion.objects.count() == 508
    assert audit.verify().valid
