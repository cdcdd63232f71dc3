"""The pages of labelling campaigns, and how far the running one is where tickets are labelled and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import LabellingCampaign
from assessments.tickets.actions.campaigns import start_campaign
from tests.assessments.tickets.actions.test_campaigns import labeller, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(organization, lea):
    return start_campaign(organization, people=[labeller().username], actor=lea)


def test_a_lead_starts_it_labels_and_ends_it(browser_of, organization):
    labeller()
    lead, today = browser_of("lead"), timezone.now().date()
    form = lead.get("/tickets/campaigns/+start/").context["form"]
    values = {"starts_on": form["starts_on"].value(), "ends_on": form["ends_on"].value(), "people": ["ada"]}
    assert (values["starts_on"], values["ends_on"]) == (today, today + timedelta(weeks=4))
    answer = lead.post("/tickets/campaigns/+start/", values)
    campaign = LabellingCampaign.objects.get()
    assert answer.url == f"/tickets/campaigns/{campaign.pk}/"
    ticket = put(1, effort_hours=3)
    put(2, title="Nightly job broken", age=timedelta(days=2))
    page = lead.post(f"/tickets/queue/{ticket.pk}/", {"type": "access"}, follow=True)
    assert page.context["running"][1:3] == (1, 1)
    assert "Every ticket of the campaign is labelled" in page.content.decode()
    page = lead.get("/tickets/")
    assert page.context["running"].campaign == campaign
    assert "29 days left" in " ".join(page.content.decode().split())
    page = lead.get(answer.url).content.decode()
    assert "The goal is reached" in page
    assert "Access makes 100.0% of the hours." in page
    assert lead.post(f"{answer.url}end/", follow=True).redirect_chain == [(answer.url, 302)]
    assert lead.get("/tickets/").context["running"] is None
    listed = lead.get("/tickets/campaigns/").content.decode()
    assert "1 of 1 ticket is labelled by a person." in listed
    assert "Access makes 100.0% of the hours." in listed


def test_faults_stand_at_their_fields(browser_of, campaign):
    lead = browser_of("lead")
    day = str(timezone.now().date())
    page = lead.post("/tickets/campaigns/+start/", {"starts_on": day, "ends_on": day, "people": ["ada"]})
    assert (page.status_code, [*page.context["form"].errors]) == (422, ["ends_on"])
    later = str(timezone.now().date() + timedelta(days=1))
    page = lead.post("/tickets/campaigns/+start/", {"starts_on": day, "ends_on": later, "people": ["ada"]})
    assert (page.status_code, "is running, from" in page.content.decode()) == (422, True)


def test_the_report_is_a_file_and_a_table(browser_of, campaign):
    viewer = browser_of("viewer")
    answer = viewer.get(f"/tickets/campaigns/{campaign.pk}/campaign.md")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="labelling-campaign-{campaign.pk}.md"'
    assert "- Still running" in answer.content.decode()
    table = viewer.get(f"/tickets/campaigns/{campaign.pk}/?csv=people").content.decode().splitlines()
    assert table == ["Person,Tickets", "ada,0"]
    page = viewer.get(f"/tickets/campaigns/{campaign.pk}/").content.decode()
    assert ("End campaign" in page, "No ticket was opened in this time." in page) == (False, True)
    assert viewer.get("/tickets/campaigns/999/").status_code == 404


def test_without_an_organization_there_is_none_to_start(browser_of, db):
    lead = browser_of("lead")
    assert "No labelling campaign yet" in lead.get("/tickets/campaigns/").content.decode()
    assert lead.get("/tickets/campaigns/+start/").status_code == 404
