"""Who may have a session: people, never a service account."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from platform_site.people.models import User


class Passwords(ModelBackend):
    """Name and password. Asked again for each request of a session."""

    def user_can_authenticate(self, user: User) -> bool:
        return super().user_can_authenticate(user) and not user.is_service
