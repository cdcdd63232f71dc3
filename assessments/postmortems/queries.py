"""Postmortems, their links into the registry, and what would have prevented the incidents."""

from __future__ import annotations

from collections import Counter

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from assessments.health.queries.known import incidents_of
from assessments.models import Organization, OtherPrevention, Postmortem
from assessments.postmortems.rules import Link, LinkKind, link_fault
from platform_site.access import Role
from platform_site.errors import Unknown
from platform_site.people.models import User
from registry.published import links


def list_postmortems() -> QuerySet[Postmortem]:
    """Every postmortem with its links and preventions, the newest incident first, in three queries."""
    rows = Postmortem.objects.select_related("organization", "capability", "corrects")
    others = OtherPrevention.objects.select_related("capability")
    return rows.prefetch_related("links", Prefetch("other_preventions", queryset=others))


def prevented_by(rows: QuerySet[Postmortem], capability: str) -> QuerySet[Postmortem]:
    """The postmortems that name a capability, first or beside others."""
    others = OtherPrevention.objects.filter(postmortem=OuterRef("pk"), capability__name=capability)
    return rows.filter(Q(capability__name=capability) | Q(Exists(others)))


def get_postmortem(postmortem_id: int) -> Postmortem:
    """One postmortem; Unknown when there is none."""
    postmortem = list_postmortems().filter(pk=postmortem_id).first()
    if postmortem is None:
        raise Unknown(f"There is no postmortem {postmortem_id}.")
    return postmortem


def in_force(rows: QuerySet[Postmortem]) -> QuerySet[Postmortem]:
    """The rows without those that a published one corrects."""
    return rows.exclude(corrected_by__state=Postmortem.State.PUBLISHED)


def linked_to(kind: str, name: str) -> QuerySet[Postmortem]:
    """The postmortems that link to a feature, a model, a check or a run."""
    return in_force(list_postmortems()).filter(links__kind=kind, links__name=name).distinct()


def corrections_of(postmortem: Postmortem) -> QuerySet[Postmortem]:
    """The published postmortems that correct it."""
    return list_postmortems().filter(corrects=postmortem, state=Postmortem.State.PUBLISHED)


def preventable(organization: Organization) -> Counter[str]:
    """How many published incidents each capability would have prevented, by its name; two queries."""
    return Counter({name: len(titles) for name, titles in incidents_of(organization).items()})


def link_problem(link: Link) -> str | None:
    """Why a link leads nowhere in the registry, or None."""
    if fault := link_fault(link):
        return fault
    try:
        _look_up(link)
    except Unknown as unknown:
        return unknown.message
    return None


def names_of_people() -> list[str]:
    """The names of people with a role, without names that are just a role's."""
    people = User.objects.filter(Q(groups__isnull=False) | Q(is_superuser=True)).order_by("username").distinct()
    rows = people.values_list("username", "first_name", "last_name")
    return [name for row in rows for name in row if name and name.lower() not in {*Role, "admin"}]


def _look_up(link: Link) -> None:
    if link.kind == LinkKind.FEATURE:
        links.require_feature(link.name, link.version)
    elif link.kind == LinkKind.MODEL and link.version:
        links.require_model_version(link.name, link.version)
    elif link.kind == LinkKind.MODEL:
        links.require_model(link.name)
    elif link.kind == LinkKind.CHECK:
        links.require_check(int(link.name))
    else:
        links.require_run(int(link.name))
