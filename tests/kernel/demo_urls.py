"""The installation's addresses as they are in demo mode."""

from django.urls import include, path

from tillit.web.urls import handler400, handler403, handler404, handler500
from tillit.web.urls import urlpatterns as everywhere

urlpatterns = [*everywhere, path("demo/", include("tillit.web.demo"))]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
