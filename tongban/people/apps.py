from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tongban.people"
    label = "people"

    def ready(self) -> None:
        # The models behind it stand only now.
        from tongban.people.storage import register_folds  # noqa: PLC0415

        register_folds()
