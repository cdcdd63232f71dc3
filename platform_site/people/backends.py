"""Who may have a session: people, never a service account. Asked again for each request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend, ModelBackend

from platform_site.people.models import User
from platform_site.people.provider.settings import ADMINISTRATORS, EVERYBODY


class Passwords(ModelBackend):
    """Name and password, for whom `PASSWORD_SIGN_IN` says."""

    def user_can_authenticate(self, user: User) -> bool:
        return super().user_can_authenticate(user) and not user.is_service and _may_use_passwords(user)


class ThroughProvider(BaseBackend):
    """Whom the provider let in. It signs nobody in by itself."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True, is_service=False).first()


def _may_use_passwords(user: User) -> bool:
    allowed = settings.PASSWORD_SIGN_IN
    return allowed == EVERYBODY or (allowed == ADMINISTRATORS and user.is_superuser)
