"""The plan of the demo's other teams fits together."""

from __future__ import annotations

from collections import Counter

from platform_site.roof.demo.history.plan import plan


def test_there_are_teams_models_and_features_enough_to_page_and_filter():
    assert len(plan().teams) >= 6
    assert {team["organization"] for team in plan().teams.values()} == {"exampleco", "meadow"}
    assert len(plan().models) == 22
    assert sum(len(table.features) for table in plan().tables.values()) == 55


def test_every_model_uses_features_of_one_table_of_its_organization():
    for model in plan().models.values():
        table = plan().table_of(model)
        assert set(model.features) <= set(table.features), model.name
        assert plan().teams[table.team]["organization"] == plan().teams[model.team]["organization"], model.name


def test_no_feature_has_two_tables_and_every_team_has_a_person_who_belongs_to_it():
    names = Counter(name for table in plan().tables.values() for name in table.features)
    assert set(names.values()) == {1}
    for slug, team in plan().teams.items():
        assert slug in plan().people[team["person"]]["teams"]


def test_exampleco_has_no_other_model_in_production():
    """The registry sees 3 of its 8 production models: those of the incident, and the regulated model."""
    others = [model for model in plan().models.values() if plan().teams[model.team]["organization"] == "exampleco"]
    assert {version.goes_to for model in others for version in model.versions} == {
        "registered", "staging", "trial", "archived",
    }  # fmt: skip


def test_a_column_drifts_from_a_week_on_until_the_next():
    table = plan().tables["customer_months"]
    factors = [table.factor("visits", week) for week in (5, 4, 3, 2, 0)]
    assert factors == [1.0, 1.25, 1.3, 1.0, 1.0]
    assert table.factor("logins", 0) == 1.0
