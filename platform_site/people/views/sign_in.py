"""Signing in and out, and changing the password, each with an audit event."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse

from platform_site.people import sessions

PAGE_AND_FORM = ("get", "head", "post")


class SignIn(auth.LoginView):
    """Django's sign-in; successful and failed attempts are recorded."""

    redirect_authenticated_user = True
    http_method_names = PAGE_AND_FORM

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown = {"provider": settings.PROVIDER, "passwords": settings.PASSWORD_SIGN_IN}
        return super().get_context_data(**context) | shown

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.note_sign_in(form.get_user())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if form.cleaned_data.get("username") and form.cleaned_data.get("password"):
            self._note_failure(form.cleaned_data["username"])
        return super().form_invalid(form)

    def _note_failure(self, username: str) -> None:
        """A lockout is recorded once; further attempts during it are not."""
        if not getattr(self.request, "axes_locked_out", False):
            sessions.note_failed_sign_in(username)
        elif getattr(self.request, "axes_failures_since_start", None) == settings.AXES_FAILURE_LIMIT:
            sessions.note_lockout(username)


class SignOut(auth.LogoutView):
    """Django's sign-out, recorded."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        leaving = request.user
        response = super().post(request, *args, **kwargs)
        if leaving.is_authenticated:
            sessions.note_sign_out(leaving)
        return response


class NewPassword(auth.PasswordChangeView):
    """Django's password change, recorded."""

    http_method_names = PAGE_AND_FORM

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.note_new_password(form.user)
        return response
