from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "tongban.registries"
    label = "registries"
