"""The pages of notify that stand at the root of the installation."""

from tillit.notify.views import go, service_worker

__all__ = ["go", "service_worker"]
