"""How many requests one person may make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView


class PerPerson(UserRateThrottle):
    """A rate for each person, or for each address while nobody is signed in. A cache that is away lets through."""

    scope = "person"

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except OSError:
            return True
        except Exception as error:
            if type(error).__module__.startswith("redis"):
                return True
            raise
