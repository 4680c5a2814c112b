from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tillit.directory"
    label = "directory"

    def ready(self) -> None:
        from tillit.directory import judging

        judging.declare()
