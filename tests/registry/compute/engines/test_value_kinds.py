import pytest

from registry.compute.engines.value_kinds import Kind, arrow_of, of_arrow, of_data_type

ARROW = [
    ("uint8", Kind.WHOLE),
    ("float", Kind.SINGLE),
    ("double", Kind.DOUBLE),
    ("bool", Kind.TRUTH),
    (None, Kind.OTHER),
]


@pytest.mark.parametrize(("name", "kind"), [*ARROW, ("int640", Kind.OTHER), ("date32[day]", Kind.DATE)])
def test_the_kind_of_an_arrow_type(name, kind):
    assert of_arrow(name) is kind


def test_types_that_an_engine_writes_become_arrows_or_stay():
    assert arrow_of("numeric(10,2)") == "decimal128(10, 2)"
    assert arrow_of("timestamp(3) without time zone") == "timestamp[us]"
    assert arrow_of("point") == "point"


def test_the_kind_of_a_declared_type():
    assert (of_data_type("float32"), of_data_type("boolean")) == (Kind.SINGLE, Kind.TRUTH)
