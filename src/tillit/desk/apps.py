from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tillit.desk"
    label = "desk"

    def ready(self) -> None:
        from tillit.desk import events  # noqa: F401 (it declares what people can be told)
