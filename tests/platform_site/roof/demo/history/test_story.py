"""The whole demo: life size, in two organizations, and nothing more of it the second time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from assessments.health.queries.evidence import evidence_of
from assessments.models import Assessment, Ticket, TrainingRun
from platform_site.access import SYSTEM, Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.people.actions import create_user
from platform_site.people.models import Team, User
from platform_site.roof.demo import people, removal
from platform_site.roof.demo.history import cast, story
from registry.models import (
    Alert,
    ApprovalRequest,
    ChangeRequest,
    CheckRun,
    Deployment,
    Feature,
    ModelVersion,
    Override,
    RegisteredModel,
    Rollout,
    ServingReport,
)
from registry.versions.queries.headline import headline

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.same_on_both]


def states(model, field: str = "state") -> set[str]:
    return set(model.objects.values_list(field, flat=True))


def test_it_is_life_size_and_a_second_load_changes_nothing(settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    assert story.load()
    assert_size()
    assert_variety()
    assert_order_in_time()
    assert_evidence()
    events, runs = AuditEvent.objects.count(), CheckRun.objects.count()
    assert not story.load()
    assert (AuditEvent.objects.count(), CheckRun.objects.count()) == (events, runs)
    create_user(username="root", password="a long one, 1", roles=[Role.ADMINISTRATOR], teams=[], actor=SYSTEM)
    assert removal.remove().accounts == len(people.PEOPLE) + 1 + len(cast.names())
    assert [*User.objects.filter(is_active=True).values_list("username", flat=True)] == ["root"]
    assert audit.verify().valid


def assert_size() -> None:
    assert (RegisteredModel.objects.count(), Feature.objects.count(), Team.objects.count()) == (25, 61, 11)
    assert ServingReport.objects.count() > 90
    assert Ticket.objects.filter(organization__slug="meadow").count() > 150
    assert TrainingRun.objects.filter(organization__slug="meadow").exists()
    assert Counter(Assessment.objects.values_list("organization__slug", flat=True)) == {
        "exampleco": 5, "meadow": 5, "harbor": 1,
    }  # fmt: skip


def assert_variety() -> None:
    assert states(Alert) == {"open", "acknowledged", "resolved"}
    assert states(Alert, "finding") == {"check", "skew", "silence"}
    assert states(ChangeRequest) == {"approved", "waiting", "withdrawn", "expired", "rejected"}
    assert {"requested", "approved"} <= states(Override)
    assert states(Rollout) == {"finished", "running", "stopped"}
    assert {"waiting", "approved"} <= states(ApprovalRequest)
    assert states(ModelVersion, "stage") == {"registered", "staging", "production", "archived"}
    assert Deployment.objects.filter(kind="rollback", rehearsal=False).exists()
    assert ServingReport.objects.filter(skew__0__isnull=False).exists()
    assert not CheckRun.objects.exclude(state="finished").exists(), "nothing is left to a worker"


def assert_order_in_time() -> None:
    times = [*AuditEvent.objects.order_by("sequence").values_list("at", flat=True)]
    assert times == sorted(times)
    assert parse_datetime(times[-1]) <= timezone.now()
    weeks = {(timezone.now() - parse_datetime(at)) // timedelta(weeks=1) for at in times}
    assert set(range(12)) <= weeks
    assert audit.verify().valid


def assert_evidence() -> None:
    """The registry sees 3 of ExampleCo's 8 production models, and all of Meadow's."""
    coverage = {}
    for slug in ("exampleco", "meadow"):
        lines = evidence_of(Assessment.objects.filter(organization__slug=slug).latest("assessed_on"))
        coverage[slug] = next(line.coverage for line in lines if line.capability == "model_registry")
    assert tuple(coverage["exampleco"]) == (3, 8)
    assert coverage["meadow"].seen >= 0.8 * coverage["meadow"].stated
    assert len(headline(Team.objects.get(slug="forecasting").organization_id).blocked) == 2
