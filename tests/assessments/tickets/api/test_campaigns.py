"""Labelling campaigns by API."""

from __future__ import annotations

import csv

import pytest

from assessments.models import LabellingCampaign
from assessments.tickets.actions.labels import label_ticket
from tests.assessments.tickets.actions.test_campaigns import ADA, labeller, put

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
PATH = "/api/v1/tickets/campaigns/"


@pytest.fixture
def campaign(api, organization):
    labeller()
    answer = api("lead").post(PATH, {"people": ["ada"]}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (201, "running")
    return answer.json()


def test_it_starts_counts_and_ends(api, campaign):
    assert (campaign["organization"], campaign["people"], campaign["days_left"]) == ("exampleco", ["ada"], 29)
    label_ticket(put(1, effort_hours=2), type="access", actor=ADA)
    lead = api("lead")
    listed = lead.get(f"{PATH}?running=true").json()["results"]
    assert [row["id"] for row in listed] == [campaign["id"]]
    report = lead.get(f"{PATH}{campaign['id']}/").json()["report"]
    assert (report["tickets"], report["labelled"], report["by_person"]) == (1, 1, [{"person": "ada", "tickets": 1}])
    ended = lead.post(f"{PATH}{campaign['id']}/end/")
    assert (ended.status_code, ended.json()["state"], ended.json()["ended_by"]) == (200, "ended", "lead")
    again = lead.post(f"{PATH}{campaign['id']}/end/")
    assert (again.status_code, again.json()["code"]) == (409, "campaign_ended")
    assert lead.get(f"{PATH}?running=true").json()["count"] == 0


def test_the_report_is_a_file_of_three_kinds(api, campaign):
    label_ticket(put(1, title="I need access to the queue", effort_hours=2), type="bug", actor=ADA)
    viewer, address = api("viewer"), f"{PATH}{campaign['id']}/report/"
    values = viewer.get(address).json()
    assert values["types"] == [{"type": "bug", "amount": 2.0, "cumulative_share": 1.0}]
    assert values["sentences"][0] == "1 of 1 ticket is labelled by a person."
    table = list(csv.reader(viewer.get(f"{address}?format=csv").content.decode().splitlines()))
    assert ["labelled_by", "ada", "1", ""] in table
    assert ["hours", "bug", "2", "1.0000"] in table
    assert [len(row) for row in table] == [4] * len(table)
    markdown = viewer.get(f"{address}?format=md")
    assert markdown.content.decode().startswith("# Labelling campaign of ExampleCo\n")
    assert markdown.headers["Content-Disposition"].endswith(f'"labelling-campaign-{campaign["id"]}.md"')
    assert viewer.get(f"{address}?format=pdf").status_code == 422


def test_the_list_is_of_one_organization_and_every_fault_is_named(api, campaign):
    lead = api("lead")
    second = lead.post(PATH, {"people": ["ada"]}, format="json")
    assert (second.status_code, second.json()["code"]) == (409, "campaign_running")
    body = {"people": ["nobody"], "starts_on": "2126-01-01", "ends_on": "2126-01-01"}
    refused = lead.post(PATH, body, format="json")
    assert [fault["field"] for fault in refused.json()["errors"]] == ["people", "starts_on", "ends_on"]
    assert api("contributor").post(PATH, {"people": ["ada"]}, format="json").status_code == 403
    assert LabellingCampaign.objects.count() == 1
