from assessments.health.rules.advice import ADVICE, advice_for
from assessments.organizations.rules.catalogue import CAPABILITIES


def test_every_standard_capability_has_advice_of_its_own():
    assert list(ADVICE) == list(CAPABILITIES)
    assert len({advice.why for advice in ADVICE.values()}) == len({row.first_step for row in ADVICE.values()}) == 17


def test_advice_is_reported_in_sentences():
    assert all(text[0].isupper() and text.endswith(".") for advice in ADVICE.values() for text in advice)


def test_an_organizations_own_capability_is_reported_by_its_description():
    assert advice_for("vector_index", " Nearest neighbours, served. ").why.startswith("Nearest neighbours, served: ")


def test_without_a_description_the_name_has_to_do():
    assert advice_for("vector_index", " ").why.startswith("vector index: ")
