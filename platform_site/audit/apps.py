from django.apps import AppConfig


class Audit(AppConfig):
    name = "platform_site.audit"
    label = "audit"
    verbose_name = "Audit log"
