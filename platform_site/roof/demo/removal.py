"""Take the demo out of an installation that goes on with data of its own."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from assessments.adoption import actions as adoption
from assessments.models import Organization
from assessments.organizations.actions import archive_organization
from assessments.tickets.actions import tickets
from platform_site.access import SYSTEM
from platform_site.errors import Refused
from platform_site.people.actions import set_active
from platform_site.people.models import User
from platform_site.roof.demo.health import SLUGS
from platform_site.roof.demo.history import cast
from platform_site.roof.demo.people import PEOPLE, PIPELINE

NO_OTHER_ADMINISTRATOR = "Only the demo's own administrator is left: add one of yours first (manage.py people add NAME --role administrator)."


class Removed(NamedTuple):
    """What was taken out: rows of samples, organizations and accounts."""

    samples: int
    organizations: int
    accounts: int


def remove() -> Removed:
    """Delete the sample tickets and adoption data, archive the demo's organizations, deactivate its accounts; all or none.

    Its features, models and published assessments are written once and stay in the registry, as the audit log does; no
    page of the health side offers them any more. Refused while nobody else could administer the installation.
    """
    with transaction.atomic():
        accounts = list(User.objects.filter(username__in=[*PEOPLE, PIPELINE, *cast.names()], is_active=True))
        if not User.objects.filter(is_active=True, is_superuser=True).exclude(username__in=PEOPLE).exists():
            raise Refused("last_administrator", NO_OTHER_ADMINISTRATOR)
        organizations = list(Organization.objects.filter(slug__in=SLUGS, archived_at=None))
        samples = 0
        for organization in organizations:
            samples += tickets.remove_samples(organization, actor=SYSTEM)
            samples += adoption.remove_samples(organization, actor=SYSTEM)
            archive_organization(organization, archived=True, actor=SYSTEM)
        for account in accounts:
            set_active(account, False, actor=SYSTEM)
        return Removed(samples, len(organizations), len(accounts))
