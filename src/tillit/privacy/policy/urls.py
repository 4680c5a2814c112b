"""Addresses of what an organisation publishes, below /o/<slug>/privacy/."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.policy import views

app_name = "policy"
urlpatterns = [
    path("", views.document, name="notice"),
    path("cookies/", views.cookies, name="cookies"),
    path("accept/", views.accept, name="accept"),
    path("<slug:document>/now/", views.document, name="document"),
    path("<slug:document>/versions/", views.version_list, name="versions"),
    path("<slug:document>/<int:number>/", views.document, name="version"),
    path("<slug:document>/<int:number>/changes/", views.differences, name="changes"),
    path("<slug:document>/<int:number>.json", views.file, name="file"),
]
