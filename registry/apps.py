from django.apps import AppConfig


class Registry(AppConfig):
    name = "registry"

    def ready(self) -> None:
        """Let checks follow what happens to features."""
        from registry.checks import receivers
        from registry.features.signals import current_set, versions_added

        versions_added.connect(receivers.queue_parity_runs)
        current_set.connect(receivers.follow_current)
