"""A worker that could not acknowledge a message while the broker was away takes up new ones all the same.

Celery counts a message as held until it is acknowledged, and takes no more than its prefetch limit. An acknowledgement
that failed for want of a broker is never tried again: with as many of them as there are slots the worker lives on, is
heard of, and works on nothing. Here its slot is given back; the message comes again once the broker restores it, finds
its run over and does nothing.
"""

from __future__ import annotations

from celery.app.task import Task
from celery.worker.request import Request
from kombu.transport.virtual import QoS


class FreeingRequest(Request):
    """A request whose slot is free once it is over, whatever the broker did."""

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
