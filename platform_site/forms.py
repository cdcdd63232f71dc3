"""Forms that call an action and show what it refuses at the fields it is about. Validating one writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.forms.utils import pretty_name

from platform_site.errors import Fault, Refusal


class ShowsRefusals:
    """A mixin of forms: what an action refuses becomes errors of the form."""

    if TYPE_CHECKING:  # the form's own
        fields: dict[str, forms.Field]

        def add_error(self, field: str | None, error: Any) -> None: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = f"{field.label or pretty_name(name)}: fill this in."

    def act(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What the action returns; None when it refused, and the form then has its faults as errors. What the action
        recorded before it refused, such as the decision of a gate, stays recorded."""
        try:
            return action(*args, **kwargs)
        except Refusal as refusal:
            self.add_refusal(refusal)
            return None

    def add_refusal(self, refusal: Refusal) -> None:
        """Each fault at its field, or above all fields when the form has no such field; at least one error."""
        for fault in refusal.faults or [Fault("", refusal.code, refusal.message)]:
            self.add_error(fault.field if fault.field in self.fields else None, self.message_of(fault))

    def message_of(self, fault: Fault) -> str:
        """The sentence that the form shows; forms override it to say more about where the fault is."""
        return fault.message


class ActionForm(ShowsRefusals, forms.Form):
    """A form whose view calls an action with its values once they are valid."""


class ActionModelForm(ShowsRefusals, forms.ModelForm):  # type: ignore[type-arg] # it takes none at run time
    """The same with the fields of a record, which the action writes: `save` is never called.

    `perform` says which action; pages call it by `submit`, the admin by itself (`platform_site.admin.ActionAdmin`).
    """

    actor: Any = None

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor or self.actor

    def perform(self, fields: dict[str, Any]) -> Any:
        """Call the actions with the cleaned fields; the record that they made or changed. Raises what they refuse."""
        raise NotImplementedError

    def submit(self) -> Any:
        """What `perform` returns for a valid form. None when it refused: nothing is written then, not even by the
        first of several actions, and the form has the faults."""
        return self.act(transaction.atomic(self.perform), self.cleaned_data)
