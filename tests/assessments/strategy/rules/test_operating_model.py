import pytest

from assessments.strategy.rules.operating_model import operating_model

CASES = [
    (8, 12, "hybrid", 0.67, (6, 2, 0), True, "the worked case: 6 develop, 2 enable"),
    (1, 3, "hybrid", 0.33, (1, 0, 0), True, "the worked case: office hours"),
    (3, 4, "hybrid", 0.75, (3, 0, 0), True, "too few to set one apart"),
    (4, 5, "hybrid", 0.8, (3, 1, 0), True, "one of four helps"),
    (3, 3, "hybrid", 1.0, (3, 0, 0), True, "embedding would leave nobody for what they share"),
    (12, 12, "hybrid", 1.0, (9, 3, 0), True, "the same with twelve"),
    (5, 4, "hybrid", 1.25, (4, 1, 0), True, "one for the shared platform is too few"),
    (6, 4, "embedded", 1.5, (2, 0, 4), False, "two of them stay"),
    (13, 10, "hybrid", 1.3, (10, 3, 0), True, "three are fewer than a quarter"),
    (9, 4, "embedded", 2.25, (5, 0, 4), False, "the others share the core"),
    (0, 4, "none", None, (None, None, None), False, "nobody to divide"),
    (4, 0, "none", None, (None, None, None), False, "nobody to serve"),
]


@pytest.mark.parametrize(("engineers", "teams", "model", "per_team", "people", "office_hours", "why"), CASES)
def test_the_model_follows_from_engineers_and_teams(engineers, teams, model, per_team, people, office_hours, why):
    result = operating_model(engineers, teams)
    assert (result.model, result.per_team, result.office_hours) == (model, per_team, office_hours), why
    assert (result.development, result.enablement, result.embedded) == people, why


@pytest.mark.parametrize(("engineers", "teams", "asks"), [(None, None, 2), (8, None, 1), (None, 12, 1)])
def test_what_is_missing_is_asked(engineers, teams, asks):
    result = operating_model(engineers, teams)
    assert (result.model, len(result.asks)) == ("unknown", asks)


def test_embedding_never_leaves_fewer_than_two_or_a_quarter():
    for engineers in range(1, 60):
        for teams in range(1, 60):
            result = operating_model(engineers, teams)
            assert result.model == "hybrid" or result.development >= max(2, engineers / 4)


def test_enablement_owns_its_duties_and_office_hours_are_twice_a_week():
    many, single = operating_model(8, 12), operating_model(1, 3)
    assert len(many.duties) == 5
    assert single.duties == ("office hours twice a week",)
    assert single.sentence.startswith("1 engineer for 3 teams cannot sit with each of them.")


def test_nobody_is_lost():
    for engineers in range(1, 30):
        result = operating_model(engineers, 7)
        assert result.development + result.enablement + result.embedded == engineers
