"""The limit of requests per person."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from platform_site.people.actions.door import address_of

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView


class PerPerson(UserRateThrottle):
    """A limit for each person, or for each IP address while nobody is signed in. Without the cache there is no limit.

    It has one counter for each minute. The framework keeps a list of all request times, which costs each request more
    the more there were.
    """

    scope = "person"
    num_requests: int  # the framework sets both from the rate
    duration: int

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return self._counted(str(self.get_cache_key(request, view))) <= self.num_requests
        except OSError:
            return True
        except Exception as error:
            if type(error).__module__.startswith("redis"):
                return True
            raise

    def wait(self) -> int:
        """Whole seconds until the next minute begins."""
        return math.ceil(self.duration - self.timer() % self.duration)

    def get_ident(self, request: Request) -> str:
        """Whoever is not signed in counts by the address that trusted proxies tell, not by what they wrote themselves."""
        return address_of(request._request)

    def _counted(self, key: str) -> int:
        counter = f"{key}:{int(self.timer() // self.duration)}"
        if self.cache.add(counter, 1, timeout=2 * self.duration):  # longer than it counts: it must not end in between
            return 1
        return self.cache.incr(counter)
