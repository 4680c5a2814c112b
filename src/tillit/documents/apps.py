from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tillit.documents"
    label = "documents"

    def ready(self) -> None:
        from tillit.documents import events, kinds  # noqa: F401 (they declare what is told, recorded and opened)
