from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "tongban.certificates"
    label = "certificates"

    def ready(self) -> None:
        # The models are not loaded before.
        from tongban.certificates import inquiring, storage  # noqa: PLC0415
        from tongban.certificates.wallet import storage as wallet  # noqa: PLC0415

        storage.register_folds()
        wallet.register_folds()
        inquiring.register_folds()
