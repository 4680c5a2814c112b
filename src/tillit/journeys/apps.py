from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "tillit.journeys"
    label = "journeys"

    def ready(self) -> None:
        from tillit.journeys import exporting, importing, telling  # noqa: F401 (it declares what people and programs can be told)
