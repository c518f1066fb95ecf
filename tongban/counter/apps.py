from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "tongban.counter"
    label = "counter"

    def ready(self) -> None:
        # The models are not loaded before.
        from tongban.counter import storage  # noqa: PLC0415

        storage.register_fold()
