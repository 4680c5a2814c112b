"""{% load ui %}: every component of the design system, see the gallery (web/gallery.html)."""

from tillit.web.templatetags import calendars, charts, exporting, fields, marks, parts, shell, tables, words  # noqa: F401 (they register)
from tillit.web.templatetags.library import register

__all__ = ["register"]
