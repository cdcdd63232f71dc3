"""The records of adoption of one organization."""

from __future__ import annotations

import pytest

from assessments.adoption.queries.records import KINDS, entries, entry, has_samples
from assessments.models import Organization, UseCase
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db):
    return Organization.objects.create(slug="shop", name="Shop")


def test_an_organization_has_its_own_records_and_nobody_those_of_none(shop):
    own = UseCase.objects.create(name="own", organization=shop, supported=True, recorded_by="x")
    free = UseCase.objects.create(name="free", supported=True, recorded_by="x")
    assert [*entries(UseCase, shop)] == [own]
    assert [*entries(UseCase, None)] == [free]


def test_one_record_comes_with_its_organization(shop, django_assert_num_queries):
    own = UseCase.objects.create(name="own", organization=shop, supported=True, recorded_by="x")
    with django_assert_num_queries(1):
        assert entry(UseCase, own.pk).organization == shop


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_record_is_named_by_its_kind(kind):
    with pytest.raises(Unknown, match=f"There is no {kind._meta.verbose_name} 7"):
        entry(kind, 7)


def test_samples_are_those_of_the_organization_in_one_query(shop, django_assert_num_queries):
    UseCase.objects.create(name="real", organization=shop, supported=True, recorded_by="x")
    UseCase.objects.create(name="sample", supported=True, recorded_by="x", sample=True)
    with django_assert_num_queries(2):
        assert (has_samples(shop), has_samples(None)) == (False, True)
