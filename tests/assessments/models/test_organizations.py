"""What the database itself refuses of organizations and capabilities."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from assessments.models import Capability, Organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("engineers", "on_call", "fits"), [(3, 3, True), (3, 0, True), (3, 4, False)])
def test_on_call_engineers_are_among_the_engineers(engineers, on_call, fits):
    fields = {"slug": "acme", "name": "Acme", "platform_engineers": engineers, "on_call_engineers": on_call}
    if fits:
        assert Organization.objects.create(**fields).on_call_engineers == on_call
        return
    with pytest.raises(IntegrityError):
        Organization.objects.create(**fields)


def test_a_name_of_the_standard_catalogue_is_there_once_and_an_own_one_once_for_each_organization():
    acme, beta = (Organization.objects.create(slug=slug, name=slug) for slug in ("acme", "beta"))
    fields = {"name": "cost_reports", "group": "Governance", "position": 99}
    for owner in (acme, beta, None):
        Capability.objects.create(organization=owner, **fields)
    with pytest.raises(IntegrityError):
        Capability.objects.create(organization=None, **fields)
