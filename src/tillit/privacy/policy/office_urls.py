"""Addresses of the office's pages about the policy, below /o/<slug>/office/."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.policy import attesting, office_views, processor_views

urlpatterns = [
    path("notice/", office_views.published, name="office_notice"),
    path("notice/words/", office_views.own_words, name="office_words"),
    path("notice/choices/", office_views.choices, name="office_choices"),
    path("notice/agreement/accept/", office_views.accept_agreement, name="office_agreement_accept"),
    path("notice/<slug:document>/publish/", office_views.publish, name="office_publish"),
    path("record/", office_views.record_page, name="office_record"),
    path("record/record.csv", office_views.record_csv, name="office_record_csv"),
    path("record/record.pdf", office_views.record_pdf, name="office_record_pdf"),
    path("stated/", attesting.listing, name="office_attested"),
    path("stated/<slug:promise>/", attesting.attest, name="office_attest"),
    path("receivers/", processor_views.listing, name="office_processors"),
    path("receivers/new/", processor_views.edit, name="office_processor_new"),
    path("receivers/<slug:key>/", processor_views.edit, name="office_processor"),
    path("receivers/<slug:key>/agreement/", processor_views.agree, name="office_agreement"),
    path("receivers/<slug:key>/stop/", processor_views.stop, name="office_processor_stop"),
]
