"""Lineage: what other tools report, and what of ours is sent."""

from registry.models.lineage.reported import (
    LineageDataset,
    LineageEdge,
    LineageEvent,
    LineageJob,
    SourceObservation,
)
from registry.models.lineage.sent import LineageDelivery, LineagePosition

__all__ = [
    "LineageDataset",
    "LineageDelivery",
    "LineageEdge",
    "LineageEvent",
    "LineageJob",
    "LineagePosition",
    "SourceObservation",
]
