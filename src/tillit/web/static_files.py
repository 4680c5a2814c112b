"""Static files by their fingerprinted names, each name worked out once: a page asks for two dozen of them."""

from __future__ import annotations

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class FingerprintedFiles(CompressedManifestStaticFilesStorage):
    """What the manifest says at start-up holds until the process ends."""

    @cache  # noqa: B019 (there is one storage in a process)
    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file."""
        return super().url(name, force)
