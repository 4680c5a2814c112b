"""The privacy office's tables, by subject."""

from tillit.privacy.models.alarms import Alarm, AlarmRule, Arrival, Tally, Watched
from tillit.privacy.models.copies import Copy, Erasure
from tillit.privacy.models.desk import RequestStep, RequestSubject, RightsRequest, Telling
from tillit.privacy.models.incidents import Affected, Incident, IncidentCount, IncidentLine
from tillit.privacy.models.keeping import Disclosure, Hold
from tillit.privacy.models.policy import Acceptance, Document, Notice, PolicySettings
from tillit.privacy.models.processors import Processor
from tillit.privacy.models.promises import Attestation, ProbeResult
from tillit.privacy.models.rights import Consent, Objection, Restriction

__all__ = [
    "Acceptance", "Affected", "Alarm", "AlarmRule", "Arrival", "Attestation", "Consent", "Copy",
    "Disclosure", "Document", "Erasure", "Hold", "Incident", "IncidentCount", "IncidentLine", "Notice",
    "Objection", "PolicySettings", "ProbeResult", "Processor", "RequestStep", "RequestSubject",
    "Restriction", "RightsRequest", "Tally", "Telling", "Watched",
]  # fmt: skip
