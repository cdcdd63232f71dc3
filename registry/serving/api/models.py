"""A model over the API, with how long its serving may stay silent."""

from __future__ import annotations

from typing import Any

from platform_site.api.verbs import Verb
from registry.serving.actions.reports import set_silence_limit
from registry.serving.serializers.reports import SilenceInput
from registry.versions.api import models
from registry.versions.queries import model_versions


class Model(models.Model):
    """A model."""

    @Verb("silence", takes=SilenceInput, examples={"two hours": {"silent_after_hours": 2}})
    def patch(self, name: str) -> Any:
        """Say after how many hours without a report serving is silent.

        Whoever contributes to the model's team. Silence opens an alert that informs.
        """
        hours = self.body["silent_after_hours"]
        set_silence_limit(model_versions.model(name), hours, actor=self.actor)
        return model_versions.model(name)
