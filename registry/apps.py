from django.apps import AppConfig


class Registry(AppConfig):
    name = "registry"

    def ready(self) -> None:
        """Let checks follow what happens to features, MLflow what happens to aliases, and people know which teams own a policy."""
        from platform_site.people.signals import policy_teams
        from platform_site.webhooks.signals import events_described
        from registry.checks import receivers
        from registry.features.signals import current_set, versions_added
        from registry.imports.receivers.aliases import write_at_origin
        from registry.versions.queries import policies
        from registry.versions.signals import alias_moved

        versions_added.connect(receivers.queue_parity_runs)
        current_set.connect(receivers.follow_current)
        policy_teams.connect(policies.owning_teams)
        events_described.connect(receivers.describe_events)
        alias_moved.connect(write_at_origin)
