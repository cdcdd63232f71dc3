"""The admin's forms of adoption write through the actions."""

from __future__ import annotations

import pytest

from assessments.adoption.forms import UseCaseForm
from assessments.models import UseCase

pytestmark = pytest.mark.django_db


def test_a_form_names_the_fields_that_are_entered_by_hand():
    assert list(UseCaseForm.base_fields) == ["name", "team", "supported", "on_platform", "escape_hatch"]
    assert UseCaseForm._meta.model is UseCase
