"""What is typed into the fields of a check becomes its parameters, or a fault that names the line."""

from __future__ import annotations

import pytest
from django import forms

from registry.checks.forms.line_fields import AllowedField, LimitsField, WeightsField


def test_limits_are_for_every_column_or_for_one():
    assert LimitsField().clean("psi 0.2\n\n dep delay psi = 3e-1 \ndep delay ks 0.1") == {
        "limits": {"psi": 0.2},
        "column_limits": {"dep delay": {"psi": 0.3, "ks": 0.1}},
    }


@pytest.mark.parametrize(
    ("field", "line", "message"),
    [
        (LimitsField, "psi lots", "'psi lots' is not a limit. Write psi 0.2, or dep_delay psi 0.3."),
        (LimitsField, "psi 1-2", "'1-2' in 'psi 1-2' is not a number."),
        (WeightsField, "load much", "'load much' is not a weight. Write dep_delay 3."),
        (WeightsField, "load 1-2", "'load 1-2' is not a weight. Write dep_delay 3."),
        (AllowedField, "status", "'status' names no values. Write status: open, shipped."),
        (AllowedField, "status: ", "'status:' names no values. Write status: open, shipped."),
    ],
)
def test_a_line_that_is_malformed_is_quoted(field, line, message):
    with pytest.raises(forms.ValidationError) as refused:
        field().clean(line)
    assert refused.value.messages == [message]


def test_weights_and_allowed_values_are_one_column_per_line():
    assert WeightsField().clean("load 3\ndep delay 0.5") == {"load": 3.0, "dep delay": 0.5}
    assert AllowedField().clean("status: open, ,shipped\n") == [{"name": "status", "allowed": ["open", "shipped"]}]
