"""The records behind the health of a platform, by noun. Every write goes through `assessments.actions`."""

from assessments.models.adoption import ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase
from assessments.models.assessments import Assessment, AssessmentEvidence, AssessmentItem, TeamAnswer
from assessments.models.escape_hatches import EscapeHatch
from assessments.models.initiatives import Initiative, InitiativeComment
from assessments.models.labelling import LabellingCampaign
from assessments.models.organizations import Capability, Organization
from assessments.models.postmortems import OtherPrevention, Postmortem, PostmortemLink
from assessments.models.review_mails import ReviewMail, ReviewSubscription
from assessments.models.rubrics import Rubric
from assessments.models.strategy import RecoveryDecision, Rehearsal, SourcingDecision
from assessments.models.targets import Exemption, HealthAlert, HealthTarget, Retirement
from assessments.models.ticket_imports import TicketImport, TicketModel, TrackerSync
from assessments.models.tickets import Ticket
from assessments.models.triage_plans import TriagePlan
from assessments.models.triggers import TriggerEvaluation

__all__ = [
    "Assessment",
    "AssessmentEvidence",
    "AssessmentItem",
    "Capability",
    "EscapeHatch",
    "Exemption",
    "HealthAlert",
    "HealthTarget",
    "Initiative",
    "InitiativeComment",
    "LabellingCampaign",
    "ModelProject",
    "Organization",
    "OtherPrevention",
    "Postmortem",
    "PostmortemLink",
    "RecoveryDecision",
    "Rehearsal",
    "Release",
    "Retirement",
    "ReviewMail",
    "ReviewSubscription",
    "Rubric",
    "ShowstopperAnswer",
    "SourcingDecision",
    "TeamAnswer",
    "Ticket",
    "TicketImport",
    "TicketModel",
    "TrackerSync",
    "TrainingRun",
    "TriagePlan",
    "TriggerEvaluation",
    "UseCase",
]
