"""Deny by default: whoever calls is signed in, and a token reaches as far as its scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView


class SignedInWithScope(BasePermission):
    """Reading needs the scope `read`, everything else `write`, or what the endpoint names as `required_scope`.

    What a person may do beyond that is for the action to decide.
    """

    message = "The token lacks the scope for this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user is None or not request.user.is_authenticated:
            return False
        if request.auth is None:
            return True
        safe = request.method in SAFE_METHODS
        needed = "read" if safe else getattr(view, "required_scope", "write")
        return needed in request.auth.scopes
