from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tillit.exchange"
    label = "exchange"

    def ready(self) -> None:
        from tillit.exchange import people, telling  # noqa: F401 (they declare what files bring, and who is told)
