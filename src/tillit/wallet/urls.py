"""Addresses below an organisation's /o/<slug>/: where providers call, the office's pages, the test provider's."""

from __future__ import annotations

from django.urls import path

from tillit.wallet import callback_views, office_views, payer_views
from tillit.wallet.test_page import views as test_page

urlpatterns = [
    path("payments/callback/<slug:provider>/", callback_views.callback, name="payment_callback"),
    path("payments/<str:token>/", payer_views.onward, name="payment_onward"),
    path("payments/<str:token>/back/", payer_views.back, name="payment_back"),
    path("office/payments/", office_views.listing, name="office_payments"),
    path("office/payments/providers/", office_views.settings, name="office_payment_providers"),
    path("office/payments/<uuid:payment>/", office_views.one, name="office_payment"),
    path("test-payments/v1/payments", test_page.create, name="test_payment_create"),
    path("test-payments/v1/payments/<uuid:payment>", test_page.one, name="test_payment_state"),
    path("test-payments/v1/payments/<uuid:payment>/refunds", test_page.refund, name="test_payment_refund"),
    path("test-payments/<uuid:payment>/", test_page.page, name="test_payment"),
]
