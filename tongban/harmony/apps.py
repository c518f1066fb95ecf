from django.apps import AppConfig


class HarmonyConfig(AppConfig):
    name = "tongban.harmony"
    label = "harmony"
