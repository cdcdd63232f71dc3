"""Free the slot of a message whose acknowledgement failed while the broker was away.

Celery counts a message as held until it is acknowledged, and fetches no more than its prefetch limit. It never retries an
acknowledgement that failed without a broker: with as many of them as there are slots, the worker is alive but takes no
work. Here the slot is freed. The broker delivers the message again later; its run is over by then, so nothing happens.
"""

from __future__ import annotations

from celery.app.task import Task
from celery.worker.request import Request
from kombu.transport.virtual import QoS


class FreeingRequest(Request):
    """A request that frees its slot when it is over, with or without the broker."""

    def acknowledge(self) -> None:
        super().acknowledge()
        self._free()

    def reject(self, requeue: bool = False) -> None:
        super().reject(requeue=requeue)
        self._free()

    def _free(self) -> None:
        if not self.message.acknowledged:  # the attempt failed: neither state was reached
            QoS.ack(self.message.channel.qos, self.message.delivery_tag)


class FreeingTask(Task):
    """The base of every task."""

    abstract = True
    Request = "platform_site.roof.late_ack:FreeingRequest"
