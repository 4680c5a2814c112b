from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "tillit.journeys"
    label = "journeys"
