"""Addresses of sales, below the organisation's."""

from __future__ import annotations

from django.urls import path

from tillit.sales import draft_views, office_views, plan_views, tax_views, views

urlpatterns = [
    path("invoices/", views.listing, name="invoices"),
    path("invoices/business/", draft_views.business, name="business"),
    path("invoices/reductions/", tax_views.listing, name="reductions"),
    path("invoices/reductions/<int:year>/file/", tax_views.file, name="reductions_file"),
    path("invoices/reductions/<uuid:tax>/decided/", tax_views.decide, name="reduction_decided"),
    path("invoices/<uuid:invoice>/", views.one, name="invoice"),
    path("invoices/<uuid:invoice>/edit/", draft_views.edit, name="invoice_edit"),
    path("invoices/<uuid:invoice>/pdf/", views.as_pdf, name="invoice_pdf"),
    path("invoices/<uuid:invoice>/paid/", views.paid, name="invoice_paid"),
    path("invoices/<uuid:invoice>/pay/", views.pay, name="invoice_pay"),
    path("invoices/<uuid:invoice>/reduction/", tax_views.answer, name="invoice_reduction"),
    path("invoices/<uuid:invoice>/do/<slug:what>/", views.do, name="invoice_do"),
    path("membership/", plan_views.membership, name="membership"),
    path("membership/<uuid:plan>/take/", plan_views.take, name="membership_take"),
    path("membership/<uuid:subscription>/end/", plan_views.end, name="membership_end"),
    path("membership/<uuid:subscription>/renew/", plan_views.renew, name="membership_renew"),
    path("office/membership/", office_views.plans, name="office_plans"),
    path("office/membership/<uuid:plan>/", office_views.plans, name="office_plan"),
    path("office/invoices/", office_views.invoices, name="office_invoices"),
]
