"""The records behind the health of a platform, by noun. Every write goes through `assessments.actions`."""

from assessments.models.assessments import Assessment, AssessmentItem
from assessments.models.organizations import Capability, Organization
from assessments.models.ticket_imports import TicketImport, TicketModel
from assessments.models.tickets import Ticket

__all__ = ["Assessment", "AssessmentItem", "Capability", "Organization", "Ticket", "TicketImport", "TicketModel"]
