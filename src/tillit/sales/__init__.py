"""Invoices: drafts without a number, posted ones that never change, and the tax reduction for work in homes."""
