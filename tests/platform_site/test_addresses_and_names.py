"""A name never takes the address of a fixed page.

Where one address has a fixed word and a sibling has a name at the same place, a row of that name would have no page
(or the fixed page would have none). So no such word may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, include, path
from django.urls.resolvers import RegexPattern

from assessments.models.organizations import CAPABILITY_NAME
from platform_site.people.actions.persons import field_faults
from platform_site.people.models import SLUG, User
from platform_site.roof.guide.pages import PAGES
from registry.models.fields import NAME
from registry.serving.views.approvals import DECISIONS
from registry.serving.views.deployments import ROLLOUT_ENDS
from registry.versions.actions.registration import RESERVED
from registry.versions.queries.registration import VERSION

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")

# Where both are meant: a POST is about all features, every other method about the feature of that name.
SHARED = {"api/v1/features/bulk takes the address of api/v1/features/<str:name>"}


def is_username(word: str) -> bool:
    return not field_faults(User, "username", word)


def is_one_of(*words: str) -> Callable[[str], bool]:
    return lambda word: word in words


# What can stand at a parameter: by the parameter, or by the segment before it where that decides.
# Words that the code chooses are listed, so that a fixed word beside them is seen to differ.
CAN_BE: dict[str, Callable[[str], Any]] = {
    "<str:name>": NAME.regex.match,
    "<str:version>": VERSION.fullmatch,
    "models/<str:name>": lambda word: NAME.regex.match(word) and word not in RESERVED,
    "versions/<str:version>": lambda word: VERSION.fullmatch(word) or re.fullmatch("[0-9a-f]{12}", word),
    "services/<str:name>": is_username,
    "service-accounts/<str:name>": is_username,
    "<str:slug>": SLUG.regex.match,
    "<str:capability>": CAPABILITY_NAME.regex.match,
    "<slug:slug>": is_one_of(*PAGES),
    "<str:alias>": re.compile(r"[a-z][a-z0-9_-]{0,62}\Z").match,
    "<str:key>": re.compile(r"[0-9a-f]{32}\Z").match,
    "<str:decision>": is_one_of(*DECISIONS, *ROLLOUT_ENDS),
    "<str:system>": is_one_of("mlflow", "feast", "dbt"),
    "report.<str:kind>": lambda word: word.startswith("report."),
    "review.<str:kind>": lambda word: word.startswith("review."),
    "<path:object_id>": str.isdigit,
    "<path:content_type_id>": str.isdigit,
}


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address that consists of segments; the catch-all regular expressions come last and match no page."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, here)
        elif isinstance(entry, URLPattern) and "^" not in here and "(?P" not in here:
            yield here


def segments(address: str) -> tuple[str, ...]:
    """The segments of an address, each parameter with the segment before it where that decides what it can be."""
    parts = address.split("/")
    qualified = [f"{before}/{part}" for before, part in zip(["", *parts], parts, strict=False)]
    return tuple(whole if whole in CAN_BE else part for whole, part in zip(qualified, parts, strict=True))


def can_be(segment: str, word: str) -> bool:
    """Whether a fixed word can stand at a segment."""
    match = PARAMETER.search(segment)
    if not match:
        return segment == word
    if match["kind"] == "int":
        return word.isdecimal()
    assert segment in CAN_BE, f"{segment}: write into CAN_BE what can stand there"
    return bool(CAN_BE[segment](word))


def collisions(rows: list[str]) -> list[str]:
    """Each fixed word that is a valid name where a sibling address has one."""
    split = sorted({segments(address) for address in rows})
    wrong = set()
    for fixed, named in permutations(split, 2):
        for place, (word, segment) in enumerate(zip(fixed, named, strict=False)):
            if word and not PARAMETER.search(word) and PARAMETER.search(segment) and can_be(segment, word):
                wrong.add(f"{'/'.join(fixed[: place + 1])} takes the address of {'/'.join(named[: place + 1])}")
            if not _are_siblings(word, segment):
                break
    return sorted(wrong)


def _are_siblings(first: str, other: str) -> bool:
    """Whether two segments can be the same text, so that what follows stands at the same place."""
    if PARAMETER.search(first) and PARAMETER.search(other):
        return True
    return can_be(first, other) if PARAMETER.search(first) else can_be(other, first)


def test_no_fixed_word_is_a_name_where_a_sibling_has_one():
    result = list(addresses())
    assert {"registry/features/<str:name>/", "api/v1/features/<str:name>/", "guide/<slug:slug>/"} <= set(result)
    assert len(result) > 200, "the walk does not see the site"
    assert set(collisions(result)) == SHARED


@pytest.mark.parametrize(
    ("fixed", "named"),
    [
        ("registry/features/register/", "registry/features/<str:name>/"),
        ("registry/models/<str:name>/graph/", "registry/models/<str:name>/<str:version>/"),
        ("registry/models/<str:name>/serving/change/", "registry/models/<str:name>/<str:version>/gate/"),
        ("api/v1/features/bulk/", "api/v1/features/<str:name>/"),
        ("organizations/add/", "organizations/<str:slug>/"),
        ("account/services/+new/", "account/services/<str:name>/"),  # a username may begin with +
        ("guide/start-with-nothing/", "guide/<slug:slug>/"),
        ("registry/checks/7/", "registry/checks/<int:pk>/"),
    ],
)
def test_the_test_sees_a_word_that_takes_the_address_of_a_name(fixed, named, monkeypatch):
    monkeypatch.setitem(CAN_BE, "<slug:slug>", is_one_of("start-with-nothing"))
    assert len(collisions([fixed, named])) == 1
    assert collisions([named, fixed]) == collisions([fixed, named])


@pytest.mark.parametrize(
    ("fixed", "named"),
    [
        ("registry/features/+register/", "registry/features/<str:name>/"),
        ("registry/models/<str:name>/+graph/", "registry/models/<str:name>/<str:version>/"),
        ("registry/checks/new/", "registry/checks/<int:pk>/"),
        ("registry/checks/runs/<int:pk>/", "registry/checks/<int:pk>/run/"),
        ("registry/features/<str:name>/graph/", "registry/models/<str:name>/<str:version>/"),
    ],
)
def test_the_test_lets_pass_what_cannot_be_a_name(fixed, named):
    assert collisions([fixed, named]) == []


def test_the_walk_sees_addresses_of_included_files_too():
    patterns = [path("a/<str:name>/", HttpResponse), path("a/", include([path("b/", HttpResponse)]))]
    result = list(addresses(URLResolver(RegexPattern(r"^/"), patterns)))
    assert collisions(result) == ["a/b takes the address of a/<str:name>"]


def test_a_parameter_that_the_test_does_not_know_fails_it():
    with pytest.raises(AssertionError, match="write into CAN_BE"):
        collisions(["a/b/", "a/<str:anything>/"])


def test_rows_in_the_admin_are_numbered():
    """So that `add` and `import` beside them are no rows."""
    assert all(isinstance(model._meta.pk, models.IntegerField | models.OneToOneField) for model in admin.site._registry)


def test_a_plus_begins_no_name():
    assert not NAME.regex.match("+register")
    assert not VERSION.fullmatch("+graph")
    assert not SLUG.regex.match("+add")
