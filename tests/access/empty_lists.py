"""Every list of the site: its address, a filter that matches nothing, and what it says while nothing exists."""

FILTERED = {
    "/registry/features/": ("search=zzz", "No feature is registered yet"),
    "/registry/models/": ("search=zzz", "No model exists yet"),
    "/registry/source-tables/": ("search=zzz", "No source table yet"),
    "/registry/checks/": ("kind=zzz", "No check is defined yet"),
    "/registry/alerts/": ("team=zzz", "No alerts yet"),
    "/tickets/list/": ("q=zzz", "No tickets yet"),
    "/adoption/records/projects/": ("search=zzz", "Nothing is recorded yet"),
    "/adoption/records/use-cases/": ("search=zzz", "Nothing is recorded yet"),
    "/adoption/records/showstoppers/": ("search=zzz", "Nothing is recorded yet"),
    "/adoption/records/releases/": ("search=zzz", "Nothing is recorded yet"),
    "/adoption/records/training-runs/": ("search=zzz", "Nothing is recorded yet"),
    "/initiatives/": ("state=dropped&owner=person:zzz", "No initiatives yet"),
    "/postmortems/": ("capability=zzz", "No postmortems yet"),
}
NEVER_EMPTY = {"/teams/": "search=zzz", "/account/people/": "search=zzz", "/audit/": "actor=zzz"}
UNFILTERED = {
    "/registry/datasets/": "No data sets yet",
    "/registry/deployments/": "No deployments yet",
    "/registry/overrides/": "No overrides yet",
    "/registry/inbox/": "No change was decided yet",
    "/escape-hatches/": "No escape hatch yet",
    "/tickets/campaigns/": "No labelling campaign yet",
    "/assessments/": "No assessments yet",
    "/health-alerts/": "No health alerts yet",
    "/organizations/": "No organizations yet",
}
