from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "tongban.certificates"
    label = "certificates"

    def ready(self) -> None:
        # The models are not loaded before.
        from tongban.certificates.wallet.storage import register_folds  # noqa: PLC0415

        register_folds()
