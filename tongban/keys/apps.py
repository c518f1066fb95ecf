from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "tongban.keys"
    label = "keys"

    def ready(self) -> None:
        from tongban.journal import actions as journal  # noqa: PLC0415 - models are not loaded before
        from tongban.keys import checks  # noqa: F401, PLC0415 - registers itself
        from tongban.keys.actions import blind  # noqa: PLC0415

        journal.install(mac=lambda text: blind(f"request/{text}"))
