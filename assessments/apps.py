from django.apps import AppConfig


class Assessments(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        """Let tickets follow the records of teams, and initiatives and alerts the assessments that are published."""
        from assessments.health import receivers as of_health
        from assessments.health.signals import assessment_published
        from assessments.initiatives.receivers import follow_assessment
        from assessments.tickets import receivers
        from platform_site.people.signals import team_changed
        from platform_site.webhooks.signals import events_described

        team_changed.connect(receivers.follow_team)
        assessment_published.connect(follow_assessment)
        assessment_published.connect(of_health.watch_score)
        events_described.connect(of_health.describe_events)
