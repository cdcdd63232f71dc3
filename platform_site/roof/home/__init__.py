"""The first page: what changed since last week, what needs somebody, and how the platform stands."""
