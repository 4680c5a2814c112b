from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tillit.directory"
    label = "directory"

    def ready(self) -> None:
        from tillit.directory import judging, slots
        from tillit.directory.adverts import judging as adverts
        from tillit.directory.upkeep import events, views  # noqa: F401 (what people are told and what is recorded)

        judging.declare()
        adverts.declare()
        slots.add("sections", views.on_profile)
