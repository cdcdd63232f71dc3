"""The admin: forms for data entry that call actions, and governed records to read."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.decorators import method_decorator

from platform_site.access import Actor, actor_of, can_administer
from platform_site.errors import Refusal
from platform_site.forms import ActionModelForm


class PlumblineAdmin(AdminSite):
    """Django's admin under our name, for administrators and leads."""

    site_header = site_title = "Plumbline"
    index_title = "Data entry and records"
    empty_value_display = "–"

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The site has one sign-in page: send visitors there, and refuse who is signed in and may not enter."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The site's own, which the log knows of."""
        return resolve(reverse("logout")).func(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The site's own, which the log knows of."""
        return redirect("password_change")


class _ReadOnly:
    """A mixin: staff may look, and nobody may add, change or delete here."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)


class ReadOnlyAdmin(_ReadOnly, ModelAdmin):
    """A governed record: only its actions change it, even for superusers."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_staff)


class ReadOnlyRows(_ReadOnly, TabularInline):
    """The rows that belong to a governed record, below it."""

    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class _RefusedForm(ActionModelForm):
    """A mixin of a form whose action refused: it is checked again with the faults at their fields."""

    refusal: Refusal

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # Django has it, its types do not
        self.add_refusal(self.refusal)


class ActionAdmin(ModelAdmin):
    """An admin whose valid form (`platform_site.forms.ActionModelForm`) calls its action: nothing is left to save, and
    the audit log has what the admin's own log would say."""

    actions = None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the action refuses is shown at its fields: Django rolls the first pass back as a whole, and the second
        one, which calls no action, shows the form with the faults."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refusal as refusal:
            cast(Any, request).refusal = refusal
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type:
        if change and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change=change, form=ModelForm, **kwargs)  # nothing to fill in
        form = super().get_form(request, obj, change=change, **kwargs)
        fields = {"actor": actor_of(request.user)}
        if refusal := getattr(request, "refusal", None):
            return type(form.__name__, (_RefusedForm, form), fields | {"refusal": refusal})
        return type(form.__name__, (form,), fields)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.perform(form.cleaned_data)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The action saved it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The action saved it."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """The audit log has it; nothing below the record was saved here."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit log has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit log has it."""

    def may(self, actor: Actor) -> bool:
        """Whether this actor may add and change here; administrators alone unless a subclass says otherwise."""
        return can_administer(actor)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(actor_of(request.user))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(actor_of(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_staff)
