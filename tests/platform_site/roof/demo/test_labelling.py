"""The sample campaign that has ended, and the escape hatches with what they answer."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.models import EscapeHatch, LabellingCampaign, Ticket
from assessments.tickets.queries.campaigns import report_of, running
from platform_site.audit.models import AuditEvent
from platform_site.roof.demo import adoption, hatches, health, labelling, tickets

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.same_on_both]


def test_a_campaign_has_ended_and_three_hatches_answer_tickets_and_use_cases(actors):
    lead, contributor = actors["lead"], actors["contributor"]
    health.add_organizations(lead)
    for _ in range(2):
        tickets.load(lead, contributor)
        adoption.load(lead)
        hatches.load(lead)
    campaign = LabellingCampaign.objects.get()
    report = report_of(campaign)
    assert (report.complete, report.reached, report.unattributed) == (True, True, 0)
    assert 80 < report.total < 170
    assert {name for name, count in report.by_person if count > 20} == {"lead", "contributor"}
    assert 0.5 < report.right / report.suggested <= 1
    assert campaign.ends_on < timezone.now().date() - labelling.ENDED_AGO + labelling.LASTS
    assert running(campaign.organization) is None
    assert EscapeHatch.objects.count() == len(hatches.HATCHES)
    for hatch in EscapeHatch.objects.all():
        assert hatch.use_cases.count() == 1
        assert 0 < hatch.tickets.count() <= hatches.MOST_TICKETS
    waiting = Ticket.objects.exclude(typed_by="person").count()
    assert 50 < waiting < 120, "the newest four weeks are still being labelled"
    assert AuditEvent.objects.filter(action="labelling_campaign.ended").count() == 1
