"""Addresses of documents, below the organisation's."""

from __future__ import annotations

from django.urls import path

from tillit.documents import checking_views, viewing, views

urlpatterns = [
    path("documents/", views.mine, name="documents"),
    path("documents/new/", views.new, name="document_new"),
    path("documents/check/", checking_views.to_check, name="documents_to_check"),
    path("documents/check/<uuid:document>/", checking_views.check, name="document_check"),
    path("documents/shown/<uuid:person>/note/", checking_views.note_shown, name="document_note_shown"),
    path("documents/shown/<uuid:shown>/remove/", views.forget_shown, name="document_forget_shown"),
    path("documents/asked/<uuid:wanted>/", views.answer, name="document_answer"),
    path("documents/asked/<uuid:wanted>/<slug:what>/", views.settle, name="document_settle"),
    path("documents/open/<uuid:grant>/end/", views.take_back, name="document_take_back"),
    path("documents/<uuid:document>/", viewing.document, name="document"),
    path("documents/<uuid:document>/remove/", views.remove, name="document_remove"),
    path("documents/<uuid:document>/file", views.own_file, name="document_file"),
    path("documents/<uuid:document>/<int:number>.jpg", viewing.own_page, name="document_own_page"),
    path("documents/seen/<uuid:opening>/", viewing.pages, name="document_pages"),
    path("documents/seen/<uuid:opening>/file", viewing.file, name="document_open_file"),
    path("documents/seen/<uuid:opening>/<int:number>.jpg", viewing.page, name="document_page"),
]
