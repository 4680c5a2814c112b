"""Addresses of directory, below the organisation's."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
