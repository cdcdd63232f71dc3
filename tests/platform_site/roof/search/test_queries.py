"""What the search finds, in which order, and what it answers to whatever somebody writes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.organizations.actions import add_organization
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import SYSTEM, Actor, Role
from platform_site.errors import Invalid, Unknown
from platform_site.roof.search.queries import MOST, SHOWN, cleaned, search, summary
from registry.models import Feature, RegisteredModel
from tests.registry.conftest import FIXED, register

VIEWER = Actor("vic", frozenset({Role.VIEWER}))


def labels(text: str, organization=None, actor=SYSTEM, **how) -> dict[str, list[str]]:
    groups = search(cleaned(text), organization, actor, **how)
    return {group.name: [hit.label for hit in group.hits] for group in groups}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "required"), ("  ", "required"), ("a", "too_short"), ("%", "too_short"), ("x" * 10_000, "too_long")],
)
def test_what_cannot_be_searched_is_said_in_words(text, code):
    with pytest.raises(Invalid) as refusal:
        cleaned(text)
    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [("q", code)]


def test_the_fault_of_a_long_text_says_how_long_it_is():
    with pytest.raises(Invalid, match="at most 200 characters; this one has 10,000"):
        cleaned("x" * 10_000)


def test_a_single_digit_is_an_id():
    assert cleaned(" 7 ") == "7"


def test_models_versions_features_and_definitions_are_found(in_production, feature):
    assert labels("demand") == {"models": ["demand"], "versions": ["demand v1"]}
    assert labels("DEMAND v1") == {"versions": ["demand v1"]}
    groups = labels("orders_3d")
    assert groups["features"] == ["orders_3d"]
    assert next(iter(groups)) == "features", "what has that very name comes first"


def test_sql_and_hashes_are_found(in_production, feature):
    version = feature.current
    part = version.computation_logic.split("(")[0]
    assert labels(f"{part} (")["definitions"] == [str(version)]
    for begin in (version.digest[:8], version.digest, f"sha256:{version.digest}", version.digest[:6].upper()):
        groups = search(cleaned(begin), None, SYSTEM)
        assert (groups[0].name, groups[0].is_exact) == ("definitions", True), begin
    assert "versions" in labels(in_production.artifact_digest[:10])


def test_sql_is_found_in_any_case_and_only_where_it_is_current(feature, cora):
    first, second = feature.current, register(FIXED, cora).version
    for text in (FIXED.computation_logic.upper(), FIXED.computation_logic.lower()):
        assert labels(text)["definitions"] == [str(second)]
    assert labels(first.computation_logic, kind="definitions") == {}
    assert labels(first.digest[:12])["definitions"] == [str(first)], "a hash leads to every version"


def test_a_name_is_found_in_any_case(in_production, feature):
    assert labels("ORDERS_3D")["features"] == ["orders_3d"]
    assert labels("Demand")["models"] == ["demand"]


def test_an_exact_name_is_found_among_more_than_are_counted(model):
    fields = {"owner_team": model.owner_team, "created_at": model.created_at}
    names = [f"stock_{number:03}" for number in range(MOST + 20)]
    RegisteredModel.objects.bulk_create([RegisteredModel(name=name, **fields) for name in names])
    (group,) = search("stock_119", None, SYSTEM, kind="models")
    assert [hit.label for hit in group.hits] == ["stock_119"]
    RegisteredModel.objects.create(name="stock", **fields)
    (group,) = search("stock", None, SYSTEM, kind="models")
    assert (group.hits[0].label, group.count, group.is_more, len(group.hits)) == ("stock", MOST, True, SHOWN)
    assert summary([group]) == {"count": MOST, "is_more": True}


@pytest.mark.parametrize(
    "text",
    [
        "100%",
        "a_b",
        "'; DROP TABLE registry_feature; --",
        "<script>alert(1)</script>",
        "\\\\",
        "\u0645\u0646",
        "#99999999999999999999",
    ],
)
def test_no_character_means_anything_but_itself(model, text):
    assert labels(text) == {}
    Feature.objects.create(
        name="odd", description=f"has {text} in it", owner_team=model.owner_team, created_at=model.created_at
    )
    assert labels(text) == {"features": ["odd"]}


def test_tickets_are_those_of_the_organization_that_is_shown(organization, people):
    other = add_organization(slug="harbor", name="Harbor", actor=SYSTEM)
    key = {"source": "jira", "opened_at": datetime.now(UTC), "actor": SYSTEM}
    record_ticket(**key, external_id="OPS-1", title="GPU quota", organization=organization)
    record_ticket(**key, external_id="OPS-2", title="GPU quota again", organization=other)
    assert labels("quota", organization)["tickets"] == ["GPU quota"]
    assert labels("OPS-2", other)["tickets"] == ["GPU quota again"]
    assert "tickets" not in labels("OPS-2", organization)


def test_teams_and_people_are_found_and_a_deactivated_account_is_not(people, teams):
    assert labels("forecasting")["teams"]
    assert labels("approver")["people"]
    people["approver"].is_active = False
    people["approver"].save()
    assert "people" not in labels("approver")


@pytest.mark.django_db
def test_pages_and_actions_are_those_that_the_person_may_use():
    assert labels("start an assessment") == {"pages": ["Start an assessment"]}
    assert labels("start an assessment", actor=VIEWER) == {}
    assert labels("service accounts") == {"pages": ["Service accounts"]}
    assert labels("service accounts", actor=VIEWER) == {}
    assert labels("alerts", actor=VIEWER)["pages"][0] == "Alerts"


@pytest.mark.django_db
def test_one_kind_is_searched_alone_and_an_unknown_one_refused():
    assert labels("workers", kind="models") == {}
    with pytest.raises(Unknown, match="`fish` is not a kind of thing"):
        search("workers", None, SYSTEM, kind="fish")


def test_a_search_is_a_fixed_number_of_queries(in_production, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        search("orders", None, SYSTEM)
