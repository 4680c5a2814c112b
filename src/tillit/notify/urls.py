"""Addresses below an organisation's /o/<slug>/: the links under messages, and behind both doors to a person's own data
how they are told and what they were told."""

from __future__ import annotations

from django.urls import include, path

from tillit.notify import news_views, office_views, views
from tillit.notify.webhooks import views as webhooks

own = (
    [
        path("told/", views.settings, name="told"),
        path("messages/", views.notes, name="notes"),
        path("devices/", views.add_device, name="add_device"),
        path("devices/forget/", views.forget_devices, name="forget_devices"),
    ],
    "notify",
)

urlpatterns = [
    path("letter/<str:token>/", views.letter, name="letter"),
    path("office/messages/", office_views.listing, name="office_messages"),
    path("office/messages/<uuid:sending>/again/", office_views.again, name="office_message_again"),
    path("office/news/", news_views.listing, name="office_news"),
    path("office/news/new/", news_views.write, name="office_news_new"),
    path("office/news/<uuid:news>/", news_views.one, name="office_news_one"),
    path("office/news/<uuid:news>/change/", news_views.change, name="office_news_change"),
    path("office/news/<uuid:news>/<slug:what>/", news_views.do, name="office_news_do"),
    path("told/<str:token>/", views.settings_by_link, name="told_by_link"),
    path("told/<str:token>/<str:kind>/", views.unsubscribe, name="unsubscribe"),
    path("office/webhooks/", webhooks.listing, name="office_webhooks"),
    path("office/webhooks/new/", webhooks.new, name="office_webhook_new"),
    path("office/webhooks/<uuid:hook>/", webhooks.one, name="office_webhook"),
    path("office/webhooks/<uuid:hook>/<slug:what>/", webhooks.do, name="office_webhook_do"),
    path("office/webhooks/<uuid:hook>/again/<uuid:delivery>/", webhooks.replay, name="office_webhook_replay"),
    path("me/", include(own, namespace="me-notify")),
    path("my/<str:token>/", include(own, namespace="my-notify")),
]
