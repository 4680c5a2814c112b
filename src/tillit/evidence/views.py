"""The log as static resources (C2SP tlog-tiles): anybody can fetch it, watch it and check proofs against it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tillit.evidence import queries, tiles

SHORT = "public, max-age=5"
LEVELS = {str(level) for level in range(64)}
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def checkpoint(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest signed checkpoint."""
    found = queries.checkpoints().first()
    return _answer(found.note.encode() if found else None, "text/plain; charset=utf-8", SHORT)


@require_safe
def key(request: HttpRequest, slug: str) -> HttpResponse:
    """The log's verifier key, in one line."""
    found = queries.verifier()
    return _answer(f"{found}\n".encode() if found else None, "text/plain; charset=utf-8", SHORT)


@require_safe
def tile(request: HttpRequest, slug: str, level: str, place: str) -> HttpResponse:
    """Hashes of the tree."""
    index, width = _place(place)
    if level not in LEVELS:
        raise Http404
    return _answer(queries.tile(int(level), index, width), "application/octet-stream", FOREVER)


@require_safe
def entries(request: HttpRequest, slug: str, place: str) -> HttpResponse:
    """What leaves hold: commitments, which say nothing to whoever has not the events."""
    return _answer(queries.entry_bundle(*_place(place)), "application/octet-stream", FOREVER)


def _place(text: str) -> tuple[int, int]:
    try:
        index, width = tiles.parse_path(text)
    except ValueError as error:
        raise Http404 from error
    if index >= 1 << 54:
        raise Http404
    return index, width


def _answer(content: bytes | None, kind: str, caching: str) -> HttpResponse:
    if not content:
        raise Http404
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": caching})
