"""The reads of the assessments, each in a fixed number of queries."""
