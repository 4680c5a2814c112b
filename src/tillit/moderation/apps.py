from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "tillit.moderation"
    label = "moderation"
