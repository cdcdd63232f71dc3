"""What is written of adoption. One address for callers."""

from assessments.adoption.actions.importing import import_file as import_file
from assessments.adoption.actions.merging import merge_answers as merge_answers
from assessments.adoption.actions.merging import separate_answers as separate_answers
from assessments.adoption.actions.records import MOST_RUNS as MOST_RUNS
from assessments.adoption.actions.records import Entry as Entry
from assessments.adoption.actions.records import Recorded as Recorded
from assessments.adoption.actions.records import add_entry as add_entry
from assessments.adoption.actions.records import change_entry as change_entry
from assessments.adoption.actions.records import record_training_runs as record_training_runs
from assessments.adoption.actions.records import remove_entry as remove_entry
from assessments.adoption.actions.records import remove_samples as remove_samples
