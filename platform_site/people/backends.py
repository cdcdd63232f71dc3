"""Who may have a session: people, never a service account. Checked at each request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from platform_site.people.models import User
from platform_site.people.provider.settings import ADMINISTRATORS, EVERYBODY


class Passwords(ModelBackend):
    """Sign-in with name and password, for the people that `PASSWORD_SIGN_IN` allows."""

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        if not (isinstance(user, User) and super().user_can_authenticate(user)):
            return False
        return not user.is_service and _may_use_passwords(user)


class ThroughProvider(BaseBackend):
    """Sessions of people who signed in through the provider. It authenticates nobody by itself."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True, is_service=False).first()


def _may_use_passwords(user: User) -> bool:
    allowed = settings.PASSWORD_SIGN_IN
    return allowed == EVERYBODY or (allowed == ADMINISTRATORS and user.is_superuser)
