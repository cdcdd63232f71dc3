from django.apps import AppConfig


class Registry(AppConfig):
    name = "registry"
