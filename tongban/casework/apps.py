from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "tongban.casework"
    label = "casework"

    def ready(self) -> None:
        # The models are not loaded before.
        from tongban.casework import draws, queries  # noqa: PLC0415
        from tongban.casework.prereview import storage as prereview  # noqa: PLC0415

        queries.register_fold()
        draws.register_fold()
        prereview.register_fold()
