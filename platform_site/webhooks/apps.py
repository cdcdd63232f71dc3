from django.apps import AppConfig


class Webhooks(AppConfig):
    name = "platform_site.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"
