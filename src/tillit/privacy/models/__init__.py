"""The privacy office's tables, by subject."""

from tillit.privacy.models.policy import Acceptance, Document, Notice, PolicySettings
from tillit.privacy.models.processors import Processor
from tillit.privacy.models.promises import Attestation, ProbeResult

__all__ = [
    "Acceptance", "Attestation", "Document", "Notice", "PolicySettings", "ProbeResult", "Processor",
]  # fmt: skip
