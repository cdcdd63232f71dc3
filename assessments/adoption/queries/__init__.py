"""What is known of adoption. One address for readers."""

from assessments.adoption.queries.overview import Adoption as Adoption
from assessments.adoption.queries.overview import adoption_now as adoption_now
from assessments.adoption.queries.records import KINDS as KINDS
from assessments.adoption.queries.records import entries as entries
from assessments.adoption.queries.records import entry as entry
from assessments.adoption.queries.records import has_samples as has_samples
