from django.apps import AppConfig
from django.core.checks import Tags, register


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from tracker import checks

        register(checks.durable, Tags.database)
        register(checks.no_newer, Tags.database)
