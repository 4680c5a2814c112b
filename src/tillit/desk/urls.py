"""Addresses below an organisation's /o/<slug>/: the public form, matters by link and behind both doors, the desk."""

from __future__ import annotations

from django.urls import include, path

from tillit.desk import asking_views, call_views, office_settings, office_views

own = (
    [
        path("matters/", asking_views.mine, name="mine"),
        path("matters/<uuid:thread>/", asking_views.thread, name="thread"),
        path("matters/<uuid:thread>/<uuid:message>/file", asking_views.file, name="file"),
    ],
    "desk",
)

urlpatterns = [
    path("contact/", asking_views.contact, name="contact"),
    path("contact/<str:token>/", asking_views.thread_by_link, name="contact_thread"),
    path("contact/<str:token>/<uuid:message>/file", asking_views.file_by_link, name="contact_file"),
    path("desk/", office_views.inbox, name="desk"),
    path("desk/call/", call_views.call, name="desk_call"),
    path("desk/call/open/", call_views.open_call, name="desk_call_open"),
    path("desk/call/new/", call_views.new_caller, name="desk_call_new"),
    path("desk/call/<uuid:call>/", call_views.caller, name="desk_caller"),
    path("desk/call/<uuid:call>/close/", call_views.close_call, name="desk_call_close"),
    path("desk/ready/", office_settings.ready_answers, name="desk_canned"),
    path("desk/ready/<uuid:answer>/", office_settings.ready_answers, name="desk_canned_one"),
    path("desk/ready/<uuid:answer>/remove/", office_settings.remove_answer, name="desk_canned_remove"),
    path("desk/promised/", office_settings.rules, name="desk_rules"),
    path("desk/figures/", office_settings.figures, name="desk_figures"),
    path("desk/<uuid:thread>/", office_views.one, name="desk_thread"),
    path("desk/<uuid:thread>/<slug:what>/", office_views.do, name="desk_do"),
    path("desk/<uuid:thread>/<uuid:message>/file", office_views.file, name="desk_file"),
    path("me/", include(own, namespace="me-desk")),
    path("my/<str:token>/", include(own, namespace="my-desk")),
]
