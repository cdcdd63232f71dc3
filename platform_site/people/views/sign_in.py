"""Signing in and out, and changing the password, each with an audit event."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from platform_site.people import sessions
from platform_site.people.actions import door
from platform_site.people.devices import device_of, remember_device

LONGEST_NAME = 150
PAGE_AND_FORM = ("get", "head", "post")


def attempt_of(request: HttpRequest, username: str) -> door.Attempt:
    """The attempt of this browser to come in with that name."""
    return door.Attempt(username, door.address_of(request), device_of(request, username))


def shut(request: HttpRequest, closed: door.Closed) -> HttpResponse:
    """The page that says how long to wait."""
    page = render(request, "registration/locked_out.html", {"refusal": closed}, status=closed.status)
    page["Retry-After"] = str(closed.seconds)
    return page


class SignIn(auth.LoginView):
    """Django's sign-in behind a door: too many failures shut it for a while, before a password is looked at."""

    redirect_authenticated_user = True
    http_method_names = PAGE_AND_FORM

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown = {"provider": settings.PROVIDER, "passwords": settings.PASSWORD_SIGN_IN}
        return super().get_context_data(**context) | shown

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.attempt = attempt_of(request, request.POST.get("username", "")[:LONGEST_NAME])
        try:
            door.require_open(self.attempt)
        except door.Closed as closed:
            return shut(request, closed)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        door.note_success(self.attempt)
        sessions.note_sign_in(form.get_user(), address=self.attempt.address)
        remember_device(self.request, response, form.get_user())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if form.cleaned_data.get("username") and form.cleaned_data.get("password"):
            door.note_failure(self.attempt)
        return super().form_invalid(form)


class SignOut(auth.LogoutView):
    """Django's sign-out, recorded."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        leaving = request.user
        response = super().post(request, *args, **kwargs)
        if leaving.is_authenticated:
            sessions.note_sign_out(leaving)
        return response


class NewPassword(auth.PasswordChangeView):
    """Django's password change, recorded; wrong old passwords count like those at the door."""

    http_method_names = PAGE_AND_FORM

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.attempt = attempt_of(request, request.user.get_username())
        try:
            door.require_open(self.attempt)
        except door.Closed as closed:
            return shut(request, closed)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        if "old_password" in form.errors:
            door.note_failure(self.attempt, because="old_password")
        return super().form_invalid(form)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.note_new_password(form.user)
        return response
