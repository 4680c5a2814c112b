from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tillit.access"
    label = "access"
