from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tillit.messaging"
    label = "messaging"

    def ready(self) -> None:
        from tillit.messaging import events  # noqa: F401 (it declares what people can be told)
