from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "tillit.journeys"
    label = "journeys"

    def ready(self) -> None:
        from tillit.journeys import exporting, hire, importing, market, telling, telling_polls  # noqa: F401 (they declare what people and programs can be told)

        market.ready()
        hire.ready()
