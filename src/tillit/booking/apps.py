from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "tillit.booking"
    label = "booking"
