from django.apps import AppConfig


class HiringConfig(AppConfig):
    name = "tillit.hiring"
    label = "hiring"
