"""The pages of data sets and source tables."""
