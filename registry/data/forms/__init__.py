"""The forms of data sets and source tables."""
