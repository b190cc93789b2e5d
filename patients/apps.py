from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from patients import signals
        from patients.triggers import install_after_migrate

        signals.connect()
        post_migrate.connect(install_after_migrate)
