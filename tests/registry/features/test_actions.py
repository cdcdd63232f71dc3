import pytest
from django.db import DatabaseError, transaction

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.features.actions import set_current
from registry.features.rules.fingerprint import address
from registry.models import CheckRun, CurrentVersionChange, FeatureVersion
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, contributor, register

pytestmark = pytest.mark.postgresql


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
    ],
)
def test_logic_that_the_sandbox_would_refuse_is_never_registered(orders, cora, logic, why):
    with pytest.raises(Invalid) as refused:
        register(TRAINED._replace(computation_logic=logic), cora)
    assert {fault.field for fault in refused.value.faults} == {"computation_logic"}, why


def test_another_teams_feature_cannot_be_changed(feature):
    with pytest.raises(NotAllowed):
        register(FIXED, contributor("forecasting", name="otto"))
    assert feature.versions.count() == 1


def test_a_viewer_registers_nothing(teams):
    with pytest.raises(NotAllowed):
        register(TRAINED, Actor("vera", frozenset({Role.VIEWER}), frozenset({"data-platform"})))


def test_a_version_that_requires_parity_waits_to_become_current(feature, cora):
    feature.requires_parity = True
    feature.save(update_fields=["requires_parity"])
    register(FIXED, cora)
    feature.refresh_from_db()
    assert feature.current.number == 1


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
