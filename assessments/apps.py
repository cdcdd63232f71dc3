from django.apps import AppConfig


class Assessments(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        """Let tickets follow the records of teams."""
        from assessments.tickets import receivers
        from platform_site.people.signals import team_changed

        team_changed.connect(receivers.follow_team)
