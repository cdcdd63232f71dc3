"""A name has one spelling: what looks like it, or is read as it somewhere, is refused or is the same."""

from __future__ import annotations

import unicodedata

import pytest

from platform_site.access import SYSTEM
from platform_site.errors import Invalid, Refused
from platform_site.people.actions import create_team, create_user
from platform_site.people.models import Team, User
from registry.data.actions import datasets
from registry.models import Dataset, Feature, ModelVersion, RegisteredModel
from registry.versions.actions import registration
from tests.people import PASSWORD
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register

pytestmark = pytest.mark.django_db


def spellings(name: str) -> list[str]:
    """What somebody, a file system, a browser or a database may take for the name."""
    twin = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "d": "ԁ", "v": "ν"}  # Cyrillic and Greek letters
    first = name[0]
    return [
        name.upper(), name.title(), f" {name}", f"{name} ", f"{name}\t", f"{name}\n", f"{name}\0", f"{name}\u200b",
        f"{name}\u00ad", f"{name}\ufeff", f"\u202e{name}", twin[first] + name[1:], chr(ord(first) + 0xFEE0) + name[1:],
        unicodedata.normalize("NFD", name.replace(first, "é", 1)), f"{name}%20", f"{name}%2F", f"{name}/", f"./{name}",
        f"x/../{name}", name.replace(first, f"%{ord(first):02X}", 1), f"{name}\u0301", f"{name};", f"{name}?", f"{name}#",
    ]  # fmt: skip


def feature(name, orders, cora):
    register(FIXED, cora, name=name)


def dataset(name, orders, cora):
    datasets.add_dataset(
        name=name, kind="parquet", location="orders.parquet", key=["order_id"], event_time="date", actor=cora
    )


def model(name, orders, cora):
    registration.register_model(name=name, owner_team="forecasting", actor=cora)


def version(name, orders, cora):
    of = RegisteredModel.objects.get(name="demand")
    registration.register_version(of, version=name, artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora)


def team(name, orders, cora):
    create_team(slug=name, name="A team", actor=SYSTEM)


def person(name, orders, cora):
    create_user(username=name, password=PASSWORD, actor=SYSTEM)


NAMED = [
    (feature, "orders_daily", lambda: list(Feature.objects.values_list("name", flat=True))),
    (dataset, "payments", lambda: list(Dataset.objects.values_list("name", flat=True))),
    (model, "churn", lambda: list(RegisteredModel.objects.values_list("name", flat=True))),
    (version, "v7.1", lambda: list(ModelVersion.objects.values_list("version", flat=True))),
    (team, "pricing", lambda: list(Team.objects.values_list("slug", flat=True))),
    (person, "ada", lambda: list(User.objects.values_list("username", flat=True))),
]


@pytest.mark.parametrize(("make", "name", "names"), NAMED, ids=[make.__name__ for make, *_ in NAMED])
def test_a_name_has_one_spelling(make, name, names, model_version, orders, cora):
    make(name, orders, cora)
    before = sorted(names())
    assert name in before
    assert len(spellings(name)) == 24
    for spelling in spellings(name):
        with pytest.raises((Invalid, Refused)):
            make(spelling, orders, cora)
        assert sorted(names()) == before, repr(spelling)
