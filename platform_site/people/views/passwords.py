"""Links to a new password: an administrator makes one, and whoever has it sets a password once."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from platform_site.access import ONLY_ADMINISTRATORS, can_administer, require
from platform_site.pages import actor, page_of
from platform_site.people import queries, sessions
from platform_site.people.account_forms import PasswordLinkForm
from platform_site.people.actions.passwords import make_password_link


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_list(request: HttpRequest) -> HttpResponse:
    """Attempts that failed, from where, and the form for a link to a new password; for administrators."""
    require(can_administer(actor(request)), ONLY_ADMINISTRATORS)
    form = PasswordLinkForm(request.POST or None)
    link = form.act(_link, form.cleaned_data["username"], request) if form.is_valid() else None
    context = {"page_obj": page_of(request, queries.sign_in_failures()), "form": form, "link": link}
    return render(request, "people/sign_ins.html", context, status=422 if form.errors else 200)


def _link(username: str, request: HttpRequest) -> str:
    return request.build_absolute_uri(make_password_link(queries.person(username), actor=actor(request)))


@method_decorator([never_cache, login_not_required], name="dispatch")
class NewPasswordByLink(auth.PasswordResetConfirmView):
    """Django's page for whoever has the link: it counts once, and what it changed is on record."""

    template_name = "registration/password_by_link.html"
    success_url = reverse_lazy("login")
    http_method_names = ("get", "head", "post")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.note_new_password(form.user, by=sessions.BY_LINK)
        return response
