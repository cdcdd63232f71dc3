"""What the owners of nouns add to a notice, without being imported: they connect in `ready` of their app."""

from __future__ import annotations

from django.dispatch import Signal

# Events are about to be sent. Argument: events (`rules.messages.Event`, in a list). Answer: `rules.notices.Details` by the place
# of an event in the list, without those whose subject is somebody else's.
events_described = Signal()
