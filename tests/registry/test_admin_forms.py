"""The admin's forms call the actions that pages call."""

from __future__ import annotations

import pytest

from platform_site.errors import Invalid
from registry.admin_forms import CheckForm, SourceTableForm
from registry.models import Check
from tests.registry.conftest import FIXED, register

PARITY = {"name": "mine", "kind": "definition_parity", "model": None, "blocking": False, "schedule": ""}


def test_versions_that_do_not_exist_are_named_all_at_once(feature, cora):
    form = CheckForm(actor=cora)
    with pytest.raises(Invalid) as refused:
        form.perform(PARITY | {"feature": feature, "parameters": {"trained": "none"}})
    assert [fault.message.split()[0] for fault in refused.value.faults] == ["trained", "current"]
    with pytest.raises(Invalid):
        form.perform(PARITY | {"feature": None, "parameters": {"trained": feature.current.name}})


def test_parameters_are_an_object(feature, cora):
    with pytest.raises(Invalid, match="parameters must be a JSON object"):
        CheckForm(actor=cora).perform(PARITY | {"feature": feature, "parameters": [1]})


def test_a_parity_check_has_its_versions_and_limits(feature, cora):
    newer, trained = register(FIXED, cora).version, feature.versions.get(number=1)
    parameters = {"trained": trained.name, "current": newer.name, "limit": 0.5}
    check = CheckForm(actor=cora).perform(PARITY | {"feature": feature, "parameters": parameters})
    assert (check.kind, check.name, check.parameters["limit"]) == (Check.Kind.DEFINITION_PARITY, "mine", 0.5)
    assert (check.parameters["trained"], check.parameters["current"]) == (trained.name, newer.name)


def test_what_is_compared_cannot_be_changed_later(orders, cora):
    assert SourceTableForm(instance=orders, actor=cora).fields["name"].disabled
    assert not SourceTableForm(actor=cora).fields["name"].disabled
    assert not CheckForm(actor=cora).fields["parameters"].disabled
    assert CheckForm(instance=Check(pk=1), actor=cora).fields["parameters"].disabled
