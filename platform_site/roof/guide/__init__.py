"""The guide: what each figure means, and pages about running a platform."""
