"""The seeded registry is one that the gates understand, and that no bench is needed for."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from assessments.models import Organization, Ticket
from platform_site.audit import queries as audit
from platform_site.errors import Refused
from platform_site.people.models import User
from registry.models import Check, ColumnFinding, Deployment, Feature, FeatureVersion, ModelVersion, SnapshotEntry
from registry.serving.queries import production
from registry.versions.queries import gates
from registry.versions.queries.blocked import blocked_in_production
from tests.bench import company_pages
from tests.bench.company import Company
from tests.bench.load import load
from tests.bench.seed import READER, Scale, seed

SMALL = Scale(models=30, features=60, versions=3, entries=10)

pytestmark = pytest.mark.same_on_both


def silent(*_):
    """Nobody looks on."""


def test_it_is_as_large_as_asked_and_the_gates_understand_it(db):
    assert seed(SMALL, silent) is True
    assert (Feature.objects.count(), FeatureVersion.objects.count()) == (60, 180)
    assert (ModelVersion.objects.count(), SnapshotEntry.objects.count()) == (30, 300)
    verdicts = {
        version.pk: gates.deployment_verdict(version) for version in ModelVersion.objects.select_related("model")
    }
    shut = {pk for pk, verdict in verdicts.items() if not verdict.proceeds}
    assert 0 < len(shut) < 30
    assert {version.pk for version in blocked_in_production()} == shut
    assert production.versions_at(ModelVersion.objects.latest("registered_at").registered_at).count() == 0
    assert audit.verify().valid


def test_twice_changes_nothing_and_an_installation_of_ones_own_is_refused(db, feature_of_ones_own):
    with pytest.raises(Refused, match="of its own"):
        seed(SMALL, silent)
    assert Feature.objects.count() == 1


@pytest.fixture
def feature_of_ones_own(db):
    from django.utils import timezone

    from platform_site.people.models import Team

    team = Team.objects.create(slug="x", name="X")
    return Feature.objects.create(name="mine", owner_team=team, created_at=timezone.now())


def test_the_command_seeds_once_and_says_how_to_read_it(db, capsys):
    small = [f"--{name}={value}" for name, value in SMALL._asdict().items()]
    call_command("seed_scale", *small)
    call_command("seed_scale", *small)
    output = capsys.readouterr().out
    assert output.count("scale-reader") == 2
    assert "seeded before" in output
    with pytest.raises(CommandError, match="from 1"):
        call_command("seed_scale", "--models=0")


COMPANY = Company(organizations=3, assessments=20, tickets=600, checks=10, days=4)


def test_a_company_has_organizations_tickets_and_checks_that_ran(db, settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    assert seed(SMALL, silent, COMPANY) is True
    assert dict(Organization.objects.values_list("slug", Count("assessments"))) == {
        "organization-0": 20, "organization-1": 12, "organization-2": 12,
    }  # fmt: skip
    assert Ticket.objects.count() == 600
    assert Ticket.objects.filter(organization__slug="organization-0").count() > 300
    assert not Ticket.objects.filter(organization=None).exists()
    seeded = Check.objects.exclude(name__startswith="seeded")
    assert dict(seeded.order_by("kind").values_list("kind").annotate(runs=Count("runs"))) == {
        "definition_parity": 8, "drift": 24, "schema": 8,
    }  # fmt: skip
    of_drift = ColumnFinding.objects.filter(run__check_definition__in=seeded.filter(kind="drift"))
    assert of_drift.filter(content={}).count() == 0 < of_drift.count()
    assert Deployment.objects.count() == 30
    assert audit.verify().valid


def test_its_pages_answer(db, settings, tmp_path, client):
    settings.DATA_ROOTS = [tmp_path]
    with pytest.raises(CommandError, match="no seeded company"):
        company_pages.addresses()
    seed(Scale(models=60, features=60, versions=3, entries=10, teams=8), silent, COMPANY)
    client.force_login(User.objects.get(username=READER))
    for path in company_pages.addresses():
        address = re.sub(r"page=\d+", "page=1", path)
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("entries", [2, 50])
def test_the_gate_asks_the_same_number_of_queries_for_two_features_and_for_fifty(db, entries):
    seed(Scale(models=2, features=60, versions=2, entries=entries), silent)
    version = ModelVersion.objects.select_related("model").first()
    with CaptureQueriesContext(connection) as result:
        gates.deployment_verdict(version)
    assert len(result) == 10


def test_a_load_counts_what_was_answered_and_keeps_what_failed(live_server):
    port = int(live_server.url.rpartition(":")[2])
    good = load(port, 0.5, 2, ["/healthz"], {})
    assert good["requests"] > 0
    assert good["failed"] == []
    assert good["median_ms"] > 0
    bad = load(port, 0.3, 1, ["/api/v1/features/"], {})
    assert (bad["requests"], bad["median_ms"]) == (0, None)
    assert bad["failed"][0].startswith("401")
