from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "tillit.kernel"
    label = "kernel"
