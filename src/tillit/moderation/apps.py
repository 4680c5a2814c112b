from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "tillit.moderation"
    label = "moderation"

    def ready(self) -> None:
        from tillit.moderation import events  # noqa: F401 (it declares what is recorded)
