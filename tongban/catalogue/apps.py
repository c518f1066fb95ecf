from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "tongban.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        # The models behind it stand only now.
        from tongban.catalogue.actions import calendar, rawlists  # noqa: PLC0415
        from tongban.catalogue.joint import register_folds  # noqa: PLC0415
        from tongban.catalogue.storage import register_fold  # noqa: PLC0415

        register_fold()
        register_folds()
        rawlists.register_fold()
        calendar.register_fold()
