"""Deny by default: callers are signed in, and a token allows only what its scopes allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView

    from platform_site.people.models import ApiToken


class SignedInWithScope(BasePermission):
    """Reading needs the scope `read`, everything else `write` or the endpoint's `required_scope`.

    The action decides what the person may do.
    """

    message = "The token does not have the scope that this request needs."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user is None or not request.user.is_authenticated:
            return False
        if request.auth is None:
            return True
        safe = request.method in SAFE_METHODS
        needed = "read" if safe else getattr(view, "required_scope", "write")
        return needed in cast("ApiToken", request.auth).scopes
