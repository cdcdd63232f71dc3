"""The forms that import from other tools. They check the shape; the actions check everything else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from platform_site.access import Actor
from platform_site.forms import ActionForm
from platform_site.owned_forms import OwnerField
from registry.imports.actions import propose_file_import, propose_server_import
from registry.imports.rules.document import LARGEST_BYTES
from registry.models import Import, System

OWNS = "The team that will own what is imported."
MIB = LARGEST_BYTES // 2**20


class NamesField(forms.CharField):
    """Names for models, one per line: MLflow's name = the name here."""

    def clean(self, value: Any) -> dict[str, str]:
        pairs = [line.rpartition("=") for line in super().clean(value).splitlines() if line.strip()]
        if wrong := [name for external, _, name in pairs if not external.strip() or not name.strip()]:
            raise forms.ValidationError(f"{wrong[0].strip()!r} is not a pair. Write MLflow's name = the name here.")
        return {external.strip(): name.strip() for external, _, name in pairs}


class _ImportForm(ActionForm):
    def offer(self, actor: Actor) -> Import | None:
        """The import that was read; None when it was refused, with the reasons in the form's errors."""
        raise NotImplementedError


class _File(_ImportForm):
    file = forms.FileField(help_text=f"At most {MIB} MiB of JSON.")
    system = ""

    def clean_file(self) -> Any:
        """Check the size before a byte is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MIB} MiB.")
        return file

    def offer(self, actor: Actor) -> Import | None:
        """The import of the file; None when it was refused, with the reasons in the form's errors."""
        file, team = self.cleaned_data["file"], self.cleaned_data.get("owner_team", "")
        arguments = {"system": self.system, "filename": file.name, "owner_team": team}
        return self.act(propose_file_import, **arguments, content=file.read(), actor=actor)


class TrackingServerForm(_ImportForm):
    """An MLflow tracking server."""

    url = forms.CharField(
        max_length=500,
        label="Address",
        help_text="The value of MLFLOW_TRACKING_URI in your notebooks, for example https://mlflow.example.",
    )
    name = forms.CharField(
        max_length=120, required=False, label="Part of the models' names", help_text="Empty: every model."
    )
    names = NamesField(
        required=False,
        label="Names here",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For models whose own name gives none, one per line, for example 7 = seven_day_forecast.",
    )
    cursor = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput())
    owner_team = OwnerField(help_text=OWNS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"url": settings.MLFLOW_TRACKING_URI}} | kwargs)
        if named := [server.name for server in settings.MLFLOW_SERVERS.values()]:
            self.fields["url"].help_text += f" Or the name of a server: {', '.join(named)}."

    def offer(self, actor: Actor) -> Import | None:
        """The import of the server; None when it was refused, with the reasons in the form's errors."""
        return self.act(propose_server_import, **self.cleaned_data, actor=actor)


class FeastForm(_File):
    """The JSON of `feast registry-dump`."""

    system = System.FEAST
    owner_team = OwnerField(help_text=OWNS)


class DbtForm(_File):
    """The manifest of a dbt project."""

    system = System.DBT
    owner_team = OwnerField(nobody="my only team", help_text="The team that will own the source tables that are new.")


FORMS = {System.MLFLOW: TrackingServerForm, System.FEAST: FeastForm, System.DBT: DbtForm}
