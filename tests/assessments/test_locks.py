"""Row locks of assessments: with its lock the second of two sessions sees what the first did, without it it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from assessments.adoption.actions import (
    add_entry,
    change_entry,
    import_file,
    merge_answers,
    record_training_runs,
    remove_entry,
)
from assessments.adoption.rules.files import USE_CASES
from assessments.health.actions.assessments import publish_assessment
from assessments.health.actions.exemptions import end_exemption, grant_exemption
from assessments.health.actions.rubrics import make_rubric
from assessments.health.actions.targets import remove_target, set_target
from assessments.initiatives.actions.initiatives import change_initiative, propose_initiative
from assessments.models import Capability, ShowstopperAnswer, Ticket, UseCase
from assessments.organizations.actions import archive_organization, change_organization, describe_capability
from assessments.postmortems.actions import publish_postmortem
from assessments.strategy.actions.strategy import decide_strategy
from assessments.tickets.actions import import_runs, label_models
from assessments.tickets.actions.campaigns import end_campaign, start_campaign
from assessments.tickets.actions.hatches import add_hatch, change_hatch
from assessments.tickets.actions.imports import confirm_import, offer_import
from assessments.tickets.actions.labels import label_ticket, remove_labels
from assessments.tickets.actions.tickets import record_issue, record_ticket, record_tickets
from platform_site.people.models import Team
from tests.assessments.health.actions.test_rubrics import OWN
from tests.assessments.tickets.actions.test_campaigns import labeller
from tests.assessments.tickets.actions.test_imports import offer
from tests.locks.sessions import events, is_done, is_refused, lock_sites, meanwhile, require_postgresql, take_out

KEY = {"source": "jira", "external_id": "ML-1"}
NEXT = timezone.localdate() + timedelta(days=90)
FILE = b"id,title,created\nML-1,Pipeline is broken,2026-11-02T09:00Z\n"


def organization_changed_twice(world: SimpleNamespace) -> bool:
    def change() -> object:
        return change_organization(world.organization, name="Another name", actor=world.lea)

    meanwhile(change, change)
    return events("organization.changed") == 1


def organization_archived_twice(world: SimpleNamespace) -> bool:
    def archive() -> object:
        return archive_organization(world.organization, archived=True, actor=world.lea)

    meanwhile(archive, archive)
    return events("organization.archived") == 1


def capability_retired_twice(world: SimpleNamespace) -> bool:
    capability = Capability.objects.order_by("pk").first()
    retired = []

    def retire() -> object:
        fields = {"description": capability.description, "default_priority": capability.default_priority}
        retired.append(describe_capability(capability, **fields, retired=True, actor=world.lea).retired_at)
        return retired[-1]

    return meanwhile(retire, retire) == retired[0]


def two_rubrics(world: SimpleNamespace) -> bool:
    def make() -> object:
        return make_rubric(world.organization, levels=OWN, reason="Agreed in March.", actor=world.lea)

    answer = meanwhile(make, make)
    return is_done(answer) and answer.number == 2


def target_set_and_removed_twice(world: SimpleNamespace) -> bool:
    def aim() -> object:
        return set_target(world.organization, score=60, due_on=NEXT, actor=world.lea)

    def remove() -> object:
        return remove_target(world.organization, actor=world.lea)

    if not is_done(meanwhile(aim, aim)) or events("organization.target_set") != 1:
        return False
    return is_refused(meanwhile(remove, remove), "not_found") and events("organization.target_removed") == 1


def exemption_ended_twice(world: SimpleNamespace) -> bool:
    leave = {"capability": "compute_scaling", "reason": "No budget.", "ends_on": NEXT}
    exemption = grant_exemption(world.organization, **leave, actor=world.lea)

    def end() -> object:
        return end_exemption(exemption, actor=world.lea)

    return is_refused(meanwhile(end, end), "exemption_ended")


def assessment_published_twice(world: SimpleNamespace) -> bool:
    def publish() -> object:
        return publish_assessment(world.draft, actor=world.lea)

    return is_refused(meanwhile(publish, publish), "assessment_published")


def postmortem_published_twice(world: SimpleNamespace) -> bool:
    def publish() -> object:
        return publish_postmortem(world.incident, actor=world.lea)

    return is_refused(meanwhile(publish, publish), "postmortem_published")


def initiative_changed_twice(world: SimpleNamespace) -> bool:
    about = {"title": "Lineage", "capabilities": ["lineage"], "target": "implemented"}
    initiative = propose_initiative(world.organization, **about, actor=world.lea)

    def change() -> object:
        return change_initiative(initiative, title="Another title", actor=world.lea)

    meanwhile(change, change)
    return events("initiative.changed") == 1


def strategy_decided_twice(world: SimpleNamespace) -> bool:
    def decide() -> object:
        recovery = {"lineage": {"keeper": "managed", "reason": "Our vendor keeps it."}}
        return decide_strategy(world.organization, recovery=recovery, actor=world.lea)

    return is_done(meanwhile(decide, decide)) and events("strategy.decided") == 1


def entry_changed_twice(world: SimpleNamespace) -> bool:
    entry = add_entry(UseCase, name="x", supported=True, on_platform=True, actor=world.lea)
    before = events("use_case.changed")

    def change() -> object:
        return change_entry(entry, supported=False, actor=world.lea)

    meanwhile(change, change)
    return events("use_case.changed") == before + 1


def entry_removed_twice(world: SimpleNamespace) -> bool:
    entry = add_entry(UseCase, name="x", supported=True, on_platform=True, actor=world.lea)

    def remove() -> object:
        return remove_entry(entry, reason="Recorded twice.", actor=world.lea)

    return is_refused(meanwhile(remove, remove), "not_found")


def answers_merged_twice(world: SimpleNamespace) -> bool:
    for words in ("GPUs", "GPU quota"):
        fields = {"team": "ads", "answer": words, "day": date(2026, 11, 2)}
        add_entry(ShowstopperAnswer, **fields, organization=world.organization, actor=world.lea)

    def merge() -> object:
        return merge_answers(world.organization, ["GPUs", "GPU quota"], into="GPUs", actor=world.lea)

    return meanwhile(merge, merge) == 0


def file_imported_twice(world: SimpleNamespace) -> bool:
    def store() -> object:
        content = b"name,supported,on_platform\nbatch,yes,no\n"
        return import_file(content, USE_CASES, organization=world.organization, actor=world.lea)

    return meanwhile(store, store) == (0, 0, 1, 0)


def recorded_while_labelled(world: SimpleNamespace) -> bool:
    meanwhile(
        lambda: label_ticket(world.ticket, type="other", actor=world.lea),
        lambda: record_ticket(**KEY, title="Pipeline is broken", actor=world.lea),
    )
    return Ticket.objects.get().typed_by == "person"


def listed_while_labelled(world: SimpleNamespace) -> bool:
    row = KEY | {"title": "Pipeline is broken", "opened_at": world.ticket.opened_at}
    meanwhile(
        lambda: label_ticket(world.ticket, type="other", actor=world.lea),
        lambda: record_tickets([row], actor=world.lea),
    )
    return Ticket.objects.get().typed_by == "person"


def label_removed_while_the_title_changes(world: SimpleNamespace) -> bool:
    label_ticket(world.ticket, type="other", actor=world.lea)
    meanwhile(
        lambda: record_ticket(**KEY, title="Pipeline is broken", actor=world.lea),
        lambda: remove_labels([world.ticket.pk], actor=world.lea),
    )
    return Ticket.objects.get().type == "bug"


def suggested_while_labelled(world: SimpleNamespace) -> bool:
    ticket = Ticket.objects.get()
    ticket.type, ticket.typed_by = "bug", "rule"
    meanwhile(lambda: label_ticket(world.ticket, type="other", actor=world.lea), lambda: label_models._store([ticket]))
    return Ticket.objects.get().typed_by == "person"


def imported_while_labelled(world: SimpleNamespace) -> bool:
    offered = offer_import(source="jira", file_format="csv", filename="f.csv", content=FILE, actor=world.lea)
    confirm_import(offered, actor=world.lea)
    meanwhile(
        lambda: label_ticket(world.ticket, type="other", actor=world.lea), lambda: import_runs.execute(offered.pk)
    )
    ticket = Ticket.objects.get()
    return (ticket.title, ticket.typed_by) == ("Pipeline is broken", "person")


def older_issue_after_a_newer(world: SimpleNamespace) -> bool:
    def issue(title: str, hour: int) -> Callable[[], object]:
        address = "https://github.com/acme/platform/issues/7"
        times = {"created_at": "2026-11-02T09:00:00Z", "updated_at": f"2026-11-02T{hour}:00:00Z"}
        return lambda: record_issue({"number": 7, "html_url": address, "title": title} | times)

    issue("first", 10)()
    meanwhile(issue("third", 12), issue("second", 11))
    return Ticket.objects.get(source="github").title == "third"


def import_confirmed_twice(world: SimpleNamespace) -> bool:
    offered = offer(world.lea)

    def confirm() -> object:
        return confirm_import(offered, actor=world.lea)

    return is_refused(meanwhile(confirm, confirm), "import_confirmed")


def hatch_changed_twice(world: SimpleNamespace) -> bool:
    Team.objects.get_or_create(slug="platform", defaults={"name": "Platform"})
    fields = {"name": "Own image", "offers": "Any image.", "how_to_use": "Name it.", "owner_team": "platform"}
    hatch = add_hatch(world.organization, **fields, actor=world.lea)

    def change() -> object:
        return change_hatch(hatch, offers="Any image at all.", actor=world.lea)

    meanwhile(change, change)
    return events("escape_hatch.changed") == 1


def run_corrected_twice(world: SimpleNamespace) -> bool:
    run = {"team": "search", "model": "ranking", "started_at": datetime(2026, 11, 2, tzinfo=UTC), "succeeded": True}
    run |= {"orchestrator": "airflow", "external_id": "run-1"}
    record_training_runs([run], organization=world.organization, actor=world.lea)

    def correct() -> object:
        corrected = [run | {"succeeded": False}]
        return record_training_runs(corrected, organization=world.organization, actor=world.lea)

    meanwhile(correct, correct)
    return events("training_runs.recorded") == 2


def two_campaigns(world: SimpleNamespace) -> bool:
    people = [labeller().username]

    def start() -> object:
        return start_campaign(world.organization, people=people, actor=world.lea)

    return is_refused(meanwhile(start, start), "campaign_running")


def campaign_ended_twice(world: SimpleNamespace) -> bool:
    campaign = start_campaign(world.organization, people=[labeller().username], actor=world.lea)

    def end() -> object:
        return end_campaign(campaign, actor=world.lea)

    return is_refused(meanwhile(end, end), "campaign_ended")


SCENARIOS: dict[str, Callable[[SimpleNamespace], bool]] = {
    "assessments/organizations/actions.py change_organization": organization_changed_twice,
    "assessments/organizations/actions.py archive_organization": organization_archived_twice,
    "assessments/organizations/actions.py describe_capability": capability_retired_twice,
    "assessments/organizations/actions.py lock_organization": target_set_and_removed_twice,
    "assessments/health/actions/rubrics.py make_rubric": two_rubrics,
    "assessments/health/actions/exemptions.py _locked": exemption_ended_twice,
    "assessments/health/actions/assessments.py lock_draft": assessment_published_twice,
    "assessments/postmortems/actions.py _locked_draft": postmortem_published_twice,
    "assessments/initiatives/actions/initiatives.py lock": initiative_changed_twice,
    "assessments/strategy/actions/strategy.py decide_strategy": strategy_decided_twice,
    "assessments/adoption/actions/records.py _known": run_corrected_twice,
    "assessments/adoption/actions/records.py change_entry": entry_changed_twice,
    "assessments/adoption/actions/records.py remove_entry": entry_removed_twice,
    "assessments/adoption/actions/merging.py _locked": answers_merged_twice,
    "assessments/adoption/actions/importing.py _take_turns": file_imported_twice,
    "assessments/tickets/actions/tickets.py record_ticket": recorded_while_labelled,
    "assessments/tickets/actions/tickets.py _known": listed_while_labelled,
    "assessments/tickets/actions/tickets.py record_issue": older_issue_after_a_newer,
    "assessments/tickets/queries/imports.py known_tickets": imported_while_labelled,
    "assessments/tickets/actions/hatches.py change_hatch": hatch_changed_twice,
    "assessments/tickets/actions/campaigns.py start_campaign": two_campaigns,
    "assessments/tickets/actions/campaigns.py end_campaign": campaign_ended_twice,
    "assessments/tickets/actions/labels.py _locked": label_removed_while_the_title_changes,
    "assessments/tickets/actions/label_models.py _store": suggested_while_labelled,
    "assessments/tickets/actions/imports.py _locked": import_confirmed_twice,
}


@pytest.fixture
def world(draft, incident, organization, lea):
    require_postgresql()
    opened = datetime(2026, 11, 2, 9, tzinfo=UTC)
    ticket, _ = record_ticket(**KEY, title="How do I get a quota?", opened_at=opened, actor=lea)
    return SimpleNamespace(draft=draft, incident=incident, organization=organization, lea=lea, ticket=ticket)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_with_its_lock_the_second_session_sees_the_first(world, site):
    assert SCENARIOS[site](world)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_without_its_lock_it_does_not(world, site, monkeypatch):
    take_out(monkeypatch, site)
    assert not SCENARIOS[site](world)


def test_every_lock_of_assessments_is_here():
    assert {site for site, _ in lock_sites() if site.startswith("assessments/")} == set(SCENARIOS)
