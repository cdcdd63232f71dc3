"""What is refused before anything is stored, and what is stored already."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_site.errors import Invalid
from registry.compute.sandbox.value_types import binding, engine_answers
from registry.features.actions.registration import register_features
from registry.features.rules.fingerprint import address, equivalence
from registry.models import FeatureVersion
from tests.registry.conftest import TRAINED, register
from tests.registry.features.actions.definitions import proposed

pytestmark = pytest.mark.postgresql


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


def test_no_definition_or_more_than_500_are_refused(orders, cora):
    for names in ([], [f"f{number}" for number in range(501)]):
        with pytest.raises(Invalid, match="1 to 500"):
            register_features(proposed(*names), actor=cora)
