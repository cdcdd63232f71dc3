from django.apps import AppConfig


class People(AppConfig):
    name = "platform_site.people"
    label = "people"
    verbose_name = "People and access"
