"""What a filter of a list accepts, and what it refuses."""

from __future__ import annotations

import django_filters
import pytest
from django.http import QueryDict

from platform_site.api.filters import TagFilter, faults, filters
from platform_site.audit.models import AuditEvent
from platform_site.people.models import ApiToken, User


class Every(django_filters.FilterSet):
    flag = django_filters.BooleanFilter()
    count = django_filters.NumberFilter()
    since = django_filters.IsoDateTimeFilter()
    text = django_filters.CharFilter()


@pytest.mark.parametrize(
    "query", ["", "flag=true", "flag=false", "count=0", "count=-1", f"count={'9' * 18}", "since=2026-01-05", "text="]
)
def test_a_value_of_the_filters_type_is_accepted(query):
    assert faults(Every, QueryDict(query)) == {}


@pytest.mark.parametrize(
    ("query", "name", "advice"),
    [
        ("flag=True", "flag", "Write true or false."), ("flag=1", "flag", "Write true or false."),
        ("flag=", "flag", "Write true or false."), ("count=1.5", "count", "Write a whole number."),
        (f"count={'9' * 19}", "count", "Write a whole number."), ("count=٣", "count", "Write a whole number."),
        ("since=", "since", "Write a date and time"),
    ],
)  # fmt: skip
def test_any_other_value_is_refused_with_what_to_write(query, name, advice):
    ((field, sentence),) = faults(Every, QueryDict(query)).items()

    assert field == name
    assert query.partition("=")[2] in sentence
    assert advice in sentence


def test_a_parameter_is_given_once_whether_there_is_a_filter_or_not():
    assert faults(None, QueryDict("a=1&a=1&b=2")) == {"a": "a may be given only once."}


@pytest.mark.django_db
def test_a_filter_has_the_name_of_the_field_in_the_answer(people):
    made = filters(ApiToken, "name", person="user__username")

    assert set(made.base_filters) == {"name", "person"}
    assert made.__name__ == "ApiTokenFilters"


@pytest.mark.django_db
def test_a_filter_keeps_the_rows_that_are_equal(people):
    made = filters(User, person="username")

    assert [user.username for user in made(QueryDict("person=lead"), User.objects.all()).qs] == ["lead"]
    assert made(QueryDict("person=lea"), User.objects.all()).qs.count() == 0
    assert made(QueryDict(), User.objects.all()).qs.count() == User.objects.count()


def test_two_filters_of_one_model_do_not_share_their_fields():
    first, second = filters(AuditEvent, "actor"), filters(AuditEvent, "action")

    assert (set(first.base_filters), set(second.base_filters)) == ({"actor"}, {"action"})


def test_a_tag_is_accepted_in_any_case_and_anything_else_is_refused():
    made = filters(User, tag=TagFilter())
    assert faults(made, QueryDict("tag=Tier-1")) == {}
    for query in ("tag=", "tag=a b", 'tag=a"', "tag=" + "x" * 33):
        assert "It is not a tag." in faults(made, QueryDict(query))["tag"], query
