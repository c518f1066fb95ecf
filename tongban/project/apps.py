from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "tongban.project"
    label = "project"

    def ready(self) -> None:
        # The rooms' models stand only now.
        from tongban.project import corridor, entrances, navigation, protocols  # noqa: PLC0415

        protocols.install()
        corridor.install()
        entrances.install()
        navigation.install()
