from django.apps import AppConfig


class HiringConfig(AppConfig):
    name = "tillit.hiring"
    label = "hiring"

    def ready(self) -> None:
        from tillit.hiring import events  # noqa: F401 (it declares what can be seen and shown)
