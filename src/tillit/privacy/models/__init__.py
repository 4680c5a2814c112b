"""The privacy office's tables, by subject."""

from tillit.privacy.models.processors import Processor
from tillit.privacy.models.promises import Attestation, ProbeResult

__all__ = ["Attestation", "ProbeResult", "Processor"]
