"""From an ASGI request to our synchronous program and back."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler


class Handler(ASGIHandler):
    """Runs middlewares and view in one thread, entered once.

    Django's own enters and leaves the thread wherever a middleware that could be asynchronous stands next to one
    that is not; ours are not, for they query. That took a tenth of a page's time.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """The synchronous chain, called from the event loop as a whole."""
        super().load_middleware(is_async=False)
        self._middleware_chain: Any
        self._middleware_chain = sync_to_async(self._middleware_chain, thread_sensitive=True)
