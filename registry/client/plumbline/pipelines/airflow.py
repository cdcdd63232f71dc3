"""A gate in a DAG of Airflow 3: a closed gate fails the task, and what stands downstream does not run.

    from plumbline.pipelines.airflow import PlumblineGateOperator

    gate = PlumblineGateOperator(task_id="gate", model="demand", version="v3", conn_id="plumbline", wait_s=86_400)
    train >> gate >> deploy

While an approval is waited for, the task is deferred: it takes no slot of a worker. The connection has the server's address as
host and the token as password; without ``conn_id`` PLUMBLINE_SERVER and PLUMBLINE_TOKEN are read. No token is stored with
the trigger.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from airflow.sdk import BaseHook, BaseOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

try:
    from airflow.sdk.exceptions import AirflowFailException
except ImportError:  # before Airflow 3.2
    from airflow.exceptions import AirflowFailException

from .._questions import ask_gate, requested_overrides
from .._report import text
from .._server import BLOCKED, PASSED, WAITING, PlumblineError, Server

POLL_S = 30.0
SPARE = timedelta(minutes=10)  # beyond the wait, until Airflow itself ends a trigger that does not answer


class PlumblineGateOperator(BaseOperator):
    """Ask the deployment gate; the report is the task's value. A closed gate fails without retries, since asking again
    changes nothing; a server that does not answer is retried as the task says."""

    template_fields = ("model", "version")
    ui_color = "#dfeee8"

    def __init__(
        self,
        *,
        model: str,
        version: str,
        conn_id: str = "",
        wait_s: float = 0.0,
        poll_s: float = POLL_S,
        deferrable: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.model, self.version, self.conn_id = model, version, conn_id
        self.wait_s, self.poll_s, self.deferrable = wait_s, poll_s, deferrable

    def execute(self, context: Any) -> dict[str, Any]:
        report = self._asked(0.0 if self.deferrable else self.wait_s)
        if report["exit_code"] == WAITING and self.deferrable and self.wait_s:
            trigger = ApprovalTrigger(
                model=self.model,
                version=self.version,
                conn_id=self.conn_id,
                requested=[override["id"] for override in report["waiting_for"]],
                ends_at=time.time() + self.wait_s,
                poll_s=self.poll_s,
            )
            self.defer(trigger=trigger, method_name="resume", timeout=timedelta(seconds=self.wait_s) + SPARE)
        return self._passed(report)

    def resume(self, context: Any, event: Any = None) -> dict[str, Any]:
        """Ask once more, after somebody decided or the time was over."""
        return self._passed(self._asked(0.0))

    def _asked(self, wait_s: float) -> dict[str, Any]:
        return ask_gate(connect(self.conn_id), self.model, self.version, wait_s)

    def _passed(self, report: dict[str, Any]) -> dict[str, Any]:
        message = text(report).rstrip()
        if report["exit_code"] == PASSED:
            self.log.info("%s", message)
            return report
        if report["exit_code"] in (BLOCKED, WAITING):
            raise AirflowFailException(message)
        raise PlumblineError(report["exit_code"], message, answer=report)


class ApprovalTrigger(BaseTrigger):
    """Fires when the overrides that were requested are decided, or when the time is over."""

    def __init__(
        self, *, model: str, version: str, conn_id: str, requested: list[int], ends_at: float, poll_s: float
    ) -> None:
        super().__init__()
        self.model, self.version, self.conn_id = model, version, conn_id
        self.requested, self.ends_at, self.poll_s = requested, ends_at, poll_s

    def serialize(self) -> tuple[str, dict[str, Any]]:
        names = ("model", "version", "conn_id", "requested", "ends_at", "poll_s")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        while time.time() < self.ends_at:
            if await self._is_decided():
                yield TriggerEvent({"decided": True})
                return
            await asyncio.sleep(min(self.poll_s, max(0.0, self.ends_at - time.time())))
        yield TriggerEvent({"decided": False})

    async def _is_decided(self) -> bool:
        server = await sync_to_async(connect)(self.conn_id)
        try:
            waiting = await asyncio.to_thread(requested_overrides, server, self.model, self.version)
        except PlumblineError as error:  # a server that restarts: ask again at the next turn
            self.log.warning("The gate of %s %s was not read: %s", self.model, self.version, error)
            return False
        return [override["id"] for override in waiting] != self.requested


def connect(conn_id: str) -> Server:
    """The server of a connection; without one that of the environment."""
    if not conn_id:
        return Server()
    connection = BaseHook.get_connection(conn_id)
    host = connection.host or ""
    if "://" not in host:
        host = f"{connection.schema or 'https'}://{host}"
        host += f":{connection.port}" if connection.port else ""
    return Server(host, connection.password or "")
