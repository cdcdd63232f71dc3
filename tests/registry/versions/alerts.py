"""An alert of a model, as a check's run opens it."""

from __future__ import annotations

from django.utils import timezone

from registry.checks.actions.checks import define_check
from registry.models import Alert
from tests.registry.conftest import run_of


def opened(model, actor, *, name="orders", blocking=True, state=Alert.State.OPEN) -> Alert:
    check = define_check("schema", name=name, parameters={"dataset": "orders"}, model=model, actor=actor)
    now = timezone.now()
    return Alert.objects.create(
        model=model,
        check_definition=check,
        run=run_of(check, actor),
        title=f"Rows differ: {name}",
        blocking=blocking,
        state=state,
        opened_at=now,
        resolved_at=now if state == Alert.State.RESOLVED else None,
    )
