"""Incidents: written with three lessons, changed while they are drafts, kept once they are published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.models import Postmortem, PostmortemLink
from assessments.postmortems.actions import change_postmortem, publish_postmortem, write_postmortem
from assessments.postmortems.queries import linked_to, names_of_people, preventable
from assessments.postmortems.rules import Link
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from tests.assessments.conftest import INCIDENT, LESSONS

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
SEEN = INCIDENT["seen_at"]


@pytest.fixture
def frozen(incident, orders_feature, lea):
    linked = [Link("feature", "orders_3d", orders_feature.name), Link("model", "demand")]
    change_postmortem(incident, links=linked, actor=lea)
    return publish_postmortem(incident, actor=lea)


def test_what_is_written_is_on_record(incident):
    event = AuditEvent.objects.get(action="postmortem.written")
    assert (event.subject, event.content["lessons"]) == (f"postmortem:{incident.pk}", LESSONS)
    assert (incident.state, incident.lessons) == ("draft", LESSONS)


def test_what_is_written_has_its_links(organization, orders_feature, lea):
    links = [Link("feature", "orders_3d")]
    written = write_postmortem(organization, lessons=LESSONS, **INCIDENT, links=links, actor=lea)
    assert [str(link) for link in written.links.all()] == ["feature orders_3d"]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"lessons": LESSONS[:2]}, ["lessons"]),
        ({"lessons": [*LESSONS, "A fourth."]}, ["lessons"]),
        ({"lessons": [LESSONS[0], "", LESSONS[2]]}, ["lessons"]),
        ({"lessons": [LESSONS[0], "x" * 1_001, LESSONS[2]]}, ["lessons"]),
        ({"capability": "magic"}, ["capability"]),
        ({"classification": "bad_luck"}, ["classification"]),
        ({"would_have_been_seen_at": SEEN - timedelta(days=30)}, [""]),
        ({"would_have_been_seen_at": SEEN + timedelta(days=1)}, [""]),
        ({"seen_at": datetime(2126, 1, 1, tzinfo=UTC)}, ["seen_at"]),
        ({"links": [Link("feature", "orders_3d"), Link("feature", "orders_4d"), Link("run", "99")]}, ["links.1", "links.2"]),
        ({"links": [Link("feature", "orders_3d", "abcdefabcdef"), Link("model", "demand", "v9")]}, ["links.0", "links.1"]),
        ({"links": [Link("run", "1")] * 31}, ["links"]),
        ({"lessons": [], "capability": "magic", "title": "", "links": [Link("check", "7")]},
         ["capability", "lessons", "links.0", "title"]),
    ],
    ids=str,
)  # fmt: skip
def test_every_fault_is_reported_at_once_and_nothing_is_kept(organization, orders_feature, lea, changed, fields):
    with pytest.raises(Invalid) as refusal:
        write_postmortem(organization, **({"lessons": LESSONS} | INCIDENT | changed), actor=lea)
    assert sorted(fault.field for fault in refusal.value.faults) == fields
    assert not Postmortem.objects.exists()


def test_a_link_that_leads_nowhere_is_named(organization, lea):
    with pytest.raises(Invalid, match="There is no feature orders_4d"):
        write_postmortem(organization, lessons=LESSONS, **INCIDENT, links=[Link("feature", "orders_4d")], actor=lea)


def test_a_draft_changes_and_its_links_are_replaced(incident, orders_feature, lea):
    change_postmortem(incident, links=[Link("feature", "orders_3d"), Link("feature", "orders_3d")], actor=lea)
    changed = change_postmortem(
        incident, links=[Link("model", "demand")], capability="lineage", lessons=LESSONS[::-1], actor=lea
    )
    assert [str(link) for link in changed.links.all()] == ["model demand"]
    postmortem = Postmortem.objects.get()
    assert (postmortem.capability.name, postmortem.lessons) == ("lineage", LESSONS[::-1])
    with pytest.raises(Invalid):
        change_postmortem(incident, happened_at=timezone.now(), actor=lea)


def test_a_published_one_is_refused_and_kept_by_the_database_itself(frozen, lea):
    for act in (
        lambda: change_postmortem(frozen, title="Other", actor=lea),
        lambda: publish_postmortem(frozen, actor=lea),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "postmortem_published"
    link = PostmortemLink(postmortem=frozen, kind="model", name="other")
    for write in (
        lambda: Postmortem.objects.update(title="Other"), lambda: Postmortem.objects.all().delete(),
        lambda: PostmortemLink.objects.update(name="other"), lambda: PostmortemLink.objects.all().delete(), link.save,
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_the_database_itself_asks_for_three_lessons_and_times_in_their_order(incident):
    for changed in ({"lesson_2": ""}, {"happened_at": SEEN}, {"seen_at": INCIDENT["happened_at"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Postmortem.objects.update(**changed)


def test_a_correction_takes_the_place_of_what_it_corrects(frozen, organization, lea):
    values = {"lessons": LESSONS, **INCIDENT, "capability": "lineage", "links": [Link("feature", "orders_3d")]}
    draft = write_postmortem(organization, **values, actor=lea)
    with pytest.raises(Invalid, match="corrects must be a published postmortem"):
        write_postmortem(organization, **values, corrects=draft, actor=lea)
    new = write_postmortem(organization, **values, corrects=frozen, actor=lea)
    assert preventable(organization) == {"feature_parity": 1}
    publish_postmortem(new, actor=lea)
    assert preventable(organization) == {"lineage": 1}
    assert frozen not in linked_to("feature", "orders_3d")
    assert new in linked_to("feature", "orders_3d")


def test_contributors_write_and_leads_publish(organization):
    cora, vic = (Actor(name, frozenset({role})) for name, role in (("cora", Role.CONTRIBUTOR), ("vic", Role.VIEWER)))
    draft = write_postmortem(organization, lessons=LESSONS, **INCIDENT, actor=cora)
    for act in (
        lambda: publish_postmortem(draft, actor=cora),
        lambda: change_postmortem(draft, title="Other", actor=vic),
        lambda: write_postmortem(organization, lessons=LESSONS, **INCIDENT, actor=vic),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_people_with_a_role_are_known_by_their_names_and_roles_are_no_names(people):
    people["lead"].first_name = "Ada"
    people["lead"].save(update_fields=["first_name"])
    assert set(names_of_people()) == {"Ada", "stranger"}
