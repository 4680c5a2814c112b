from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tillit.messaging"
    label = "messaging"

    def ready(self) -> None:
        from tillit.messaging import events, reporting  # noqa: F401 (events declares what people can be told)

        reporting.declare()
