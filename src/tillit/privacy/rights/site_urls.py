"""Addresses of the whole installation: that Global Privacy Control is heeded."""

from __future__ import annotations

from django.urls import path

from tillit.privacy.rights import signal

urlpatterns = [path(".well-known/gpc.json", signal.support, name="gpc")]
