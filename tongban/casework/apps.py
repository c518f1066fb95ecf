from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "tongban.casework"
    label = "casework"

    def ready(self) -> None:
        from tongban.casework import queries  # noqa: PLC0415 - models are not loaded before

        queries.register_fold()
