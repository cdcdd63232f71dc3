"""What is known beside an assessment: counter-examples, and incidents that a capability would have prevented."""

from __future__ import annotations

from datetime import timedelta

from assessments.health.queries.known import incidents_of, standing_postmortems
from assessments.models import Capability, OtherPrevention, Postmortem
from assessments.organizations.actions import add_organization
from assessments.postmortems.actions import publish_postmortem, write_postmortem
from tests.assessments.conftest import INCIDENT, LESSONS


def test_only_a_published_postmortem_stands(organization, incident, lea):
    assert not standing_postmortems(organization).exists()
    publish_postmortem(incident, actor=lea)
    assert [*standing_postmortems(organization)] == [incident]


def test_one_that_a_published_one_corrects_stands_no_longer(organization, incident, lea):
    first = publish_postmortem(incident, actor=lea)
    correction = write_postmortem(organization, lessons=LESSONS, **INCIDENT, corrects=first, actor=lea)
    assert [*standing_postmortems(organization)] == [first]
    publish_postmortem(correction, actor=lea)
    assert [*standing_postmortems(organization)] == [correction]


def test_another_organization_has_no_part_of_it(incident, lea):
    publish_postmortem(incident, actor=lea)
    assert incidents_of(add_organization(slug="other", name="Other", actor=lea)) == {}


def test_an_incident_counts_for_every_capability_that_would_have_prevented_it(organization, incident, lea):
    OtherPrevention.objects.create(postmortem=incident, capability=Capability.objects.get(name="lineage"))
    publish_postmortem(incident, actor=lea)
    earlier = (
        INCIDENT
        | {"title": "Earlier"}
        | {
            moment: INCIDENT[moment] - timedelta(days=30)
            for moment in ("happened_at", "would_have_been_seen_at", "seen_at")
        }
    )
    publish_postmortem(write_postmortem(organization, lessons=LESSONS, **earlier, actor=lea), actor=lea)
    assert incidents_of(organization) == {
        "feature_parity": [INCIDENT["title"], "Earlier"],
        "lineage": [INCIDENT["title"]],
    }


def test_a_draft_prevents_nothing_yet(organization, incident):
    assert incident.state == Postmortem.State.DRAFT
    assert incidents_of(organization) == {}
