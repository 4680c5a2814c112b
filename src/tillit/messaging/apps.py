from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "tillit.messaging"
    label = "messaging"
