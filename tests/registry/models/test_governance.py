from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.models import GatePolicy, Override, StageChange
from registry.versions.rules.loosening import Terms
from registry.versions.rules.policy_checks import Check


@pytest.mark.parametrize(
    ("state", "days", "status"),
    [
        ("requested", 1, "waiting"), ("approved", 1, "in_force"), ("rejected", 1, "rejected"),
        ("requested", -1, "expired"), ("approved", -1, "expired"), ("rejected", -1, "rejected"),
    ],
)  # fmt: skip
def test_the_status_of_an_override_counts_its_expiry(state, days, status):
    override = Override(state=state, expires_at=timezone.now() + timedelta(days=days))
    assert (override.status, override.is_expired) == (status, days < 0)


def test_an_override_has_the_keys_of_its_causes():
    assert Override(causes=[{"key": "a", "sentence": "A."}, {"key": "b", "sentence": "B."}]).keys == {"a", "b"}


def test_a_policy_reads_its_checks():
    policy = GatePolicy(name="errors", number=2, checks=[{"metric": "mape", "operator": "<=", "threshold": 1}])
    assert (str(policy), policy.parsed) == ("errors v2", [Check("mape", "", "<=", 1.0)])
    assert str(StageChange(before="staging", after="production")) == "staging → production"


@pytest.mark.django_db
def test_a_policy_that_reaches_other_teams_is_kept_by_its_own_and_runs_at_registration(teams):
    ours, theirs = teams
    fields = {"name": "errors", "model_type": "ranking", "checks": []}
    assert GatePolicy(**fields, owner_team=ours).keeper == "forecasting"
    assert GatePolicy(**fields, owner_team=ours, subject_team=theirs).keeper == "forecasting"
    assert GatePolicy(**fields, owner_team=ours, subject_team=ours).keeper == ""
    assert GatePolicy(**fields).keeper == ""
    assert GatePolicy(**fields, owner_team=ours).terms == Terms((), "ranking", "", True)
    assert GatePolicy(**fields, owner_team=ours, subject_team=ours).terms == Terms((), "ranking", "forecasting")


@pytest.mark.django_db
@pytest.mark.postgresql
def test_the_database_has_a_number_of_a_policy_once_and_regulated_ones_on_registration():
    fields = {"name": "errors", "number": 1, "checks": [], "saved_by": "lea", "saved_at": timezone.now()}
    GatePolicy.objects.create(**fields)
    for wrong in ({}, {"number": 2, "regulated": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GatePolicy.objects.create(**fields | wrong)
