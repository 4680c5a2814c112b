from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "tillit.sales"
    label = "sales"
