"""What regulation shows on the page of a model."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from platform_site.access import can_regulate
from platform_site.pages import actor
from registry.models import RegisteredModel
from registry.regulation.forms import RegulatedForm


def of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """The form that marks a model as regulated or removes the flag, and whether this person may use it."""
    return {
        "form": RegulatedForm(initial={"regulated": not model.regulated}),
        "may_regulate": can_regulate(actor(request), model.owner_team.slug, not model.regulated),
    }
