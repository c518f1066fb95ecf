from django.apps import AppConfig

from tongban.web import navigation


class PeopleConfig(AppConfig):
    name = "tongban.people"
    label = "people"

    def ready(self) -> None:
        # The models behind it stand only now.
        from tongban.people.storage import register_folds  # noqa: PLC0415

        register_folds()
        navigation.fill(slot=navigation.Slot.ACCOUNT, template="people/_account.html")
