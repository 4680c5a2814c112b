"""Below /o/<slug>/office/: requests, times, holds, what is handed out."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from tillit.privacy import office
from tillit.privacy.desk import keeping_views, office_views

office.section("people", _("Requests"), "office_requests")
office.section("keeping", _("How long"), "office_retention")
office.section("keeping", _("Held back"), "office_holds")
office.section("people", _("Handed out"), "office_disclosures")

urlpatterns = [
    path("requests/", office_views.requests, name="office_requests"),
    path("requests/new/", office_views.enter, name="office_request_new"),
    path("requests/<uuid:wanted>/", office_views.one, name="office_request"),
    path("requests/<uuid:wanted>/letter/", office_views.letter, name="office_letter"),
    path("requests/<uuid:wanted>/told/<uuid:receiver>/", office_views.told, name="office_told"),
    path("requests/<uuid:wanted>/<slug:do>/", office_views.do, name="office_request_do"),
    path("retention/", keeping_views.retention, name="office_retention"),
    path("holds/", keeping_views.hold_list, name="office_holds"),
    path("holds/<uuid:hold>/<slug:do>/", keeping_views.hold_do, name="office_hold_do"),
    path("disclosures/", keeping_views.disclosure_list, name="office_disclosures"),
    path("disclosures/new/", keeping_views.disclosure_new, name="office_disclosure_new"),
    path("disclosures/<uuid:wanted>/", keeping_views.disclosure, name="office_disclosure"),
    path("disclosures/<uuid:wanted>/<slug:do>/", keeping_views.disclosure_do, name="office_disclosure_do"),
]
