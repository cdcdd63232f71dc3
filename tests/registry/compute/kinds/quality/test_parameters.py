"""What is asked of predictions and cannot be answered is refused when the check is defined, every fault at its field."""

from __future__ import annotations

import pytest

from registry.compute.kinds.quality.parameters import PredictionParameters, faults, type_faults

NUMBERS = {"p": "double", "y": "int64", "g": "string"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"prediction": "p", "label": "y"}, []),
        ({"prediction": "p", "group": "g"}, []),
        ({"prediction": "p"}, [("label", "required")]),
        ({"group": "g"}, [("prediction", "required")]),
        ({"label": "y", "estimate": True}, [("prediction", "required")]),
        ({"prediction": "p", "group": "g", "labels": "late", "estimate": True}, [("label", "required")] * 2),
        ({"prediction": "p", "label": "y", "group": "g", "prediction_kind": "number", "favourable": "1"}, [("group", "of_numbers"), ("favourable", "of_numbers")]),
        ({"prediction": "p", "label": "y", "prediction_kind": "class", "estimate": True}, [("estimate", "of_classes")]),
    ],
)  # fmt: skip
def test_every_fault_of_the_parameters(values, expected):
    assert [(fault.field, fault.code) for fault in faults(PredictionParameters(**values))] == expected


@pytest.mark.parametrize(
    ("values", "types", "expected"),
    [
        ({}, NUMBERS, []),
        ({"group": "g"}, NUMBERS | {"g": "date32[day]"}, []),
        ({"group": "g"}, NUMBERS | {"g": "list<item: string>"}, [("group", "unsupported_type")]),
        ({}, NUMBERS | {"p": "timestamp[us]"}, [("prediction", "unsupported_type")]),
        ({}, NUMBERS | {"p": "struct<a: int64>", "y": "list<item: int64>"}, [("prediction", "unsupported_type"), ("label", "unsupported_type")]),
        ({}, NUMBERS | {"p": "string", "y": "double"}, [("label", "other_kind")]),
        ({}, NUMBERS | {"p": "bool"}, []),
        ({"prediction_kind": "probability"}, NUMBERS | {"p": "string"}, [("prediction_kind", "other_kind")]),
        ({"group": "g"}, {"p": "string", "y": "string", "g": "string"}, [("favourable", "required")]),
        ({"group": "g"}, {"p": "double", "y": "string", "g": "string"}, [("favourable", "required")]),
        ({"group": "g", "favourable": "yes"}, {"p": "double", "y": "string", "g": "string"}, []),
        ({"group": "g"}, {"p": "bool", "y": "bool", "g": "string"}, []),
        ({}, {"p": "string", "y": "string"}, []),
        ({"estimate": True}, NUMBERS | {"p": "bool"}, [("estimate", "of_classes")]),
    ],
)  # fmt: skip
def test_every_fault_of_the_types(values, types, expected):
    parameters = PredictionParameters("p", "y", **values)
    assert [(fault.field, fault.code) for fault in type_faults(parameters, types)] == expected
