"""The privacy office's tables, by subject."""

from tillit.privacy.models.alarms import Alarm, AlarmRule, Arrival, Tally, Watched
from tillit.privacy.models.copies import Copy, Erasure
from tillit.privacy.models.desk import Disclosure, Hold, RequestStep, RequestSubject, RightsRequest, Telling
from tillit.privacy.models.incidents import Affected, Incident, IncidentCount, IncidentLine
from tillit.privacy.models.policy import Acceptance, Document, Notice, PolicySettings
from tillit.privacy.models.processors import Processor
from tillit.privacy.models.promises import Attestation, ProbeResult
from tillit.privacy.models.rights import Consent, Objection, Restriction

__all__ = [
    "Disclosure", "Hold", "RequestStep", "RequestSubject", "RightsRequest", "Telling",
    "Affected", "Alarm", "AlarmRule", "Arrival", "Incident", "IncidentCount", "IncidentLine", "Tally", "Watched",
    "Acceptance", "Attestation", "Consent", "Copy", "Document", "Erasure", "Notice", "Objection", "PolicySettings", "ProbeResult",
    "Processor", "Restriction",
]  # fmt: skip
