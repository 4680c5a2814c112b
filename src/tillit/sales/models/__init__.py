"""What sales keeps: invoices and whoever writes them, reductions of tax, memberships."""

from tillit.sales.models.invoices import Business, Invoice, Line, Received, Series
from tillit.sales.models.plans import Plan, Subscription
from tillit.sales.models.reductions import PersonalNumber, Reduction

__all__ = ["Business", "Invoice", "Line", "PersonalNumber", "Plan", "Received", "Reduction", "Series", "Subscription"]
