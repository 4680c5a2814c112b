"""The privacy office's tables, by subject."""

from tillit.privacy.models.copies import Copy, Erasure
from tillit.privacy.models.policy import Acceptance, Document, Notice, PolicySettings
from tillit.privacy.models.processors import Processor
from tillit.privacy.models.promises import Attestation, ProbeResult
from tillit.privacy.models.rights import Consent, Objection, Restriction

__all__ = [
    "Acceptance", "Attestation", "Consent", "Copy", "Document", "Erasure", "Notice", "Objection", "PolicySettings", "ProbeResult",
    "Processor", "Restriction",
]  # fmt: skip
