from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EvidenceConfig(AppConfig):
    name = "tillit.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Every app's events are declared, and what the lower floors announce is recorded."""
        autodiscover_modules("events")
        from tillit.evidence.actions import heard
        from tillit.kernel import happenings

        happenings.subscribe(happenings.EVERYTHING, heard)
