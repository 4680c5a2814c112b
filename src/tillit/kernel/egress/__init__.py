"""The only way out: to a registered processor, for a declared purpose, with allowed data, and recorded.

    egress.client("sms", Purpose.COORDINATE).post("https://…", about=[person], data={…}, json={…})

docs/decisions/0014-egress.md says what holds and what does not.
"""

from tillit.kernel.egress.addresses import Host
from tillit.kernel.egress.client import Answer, Client, Leaving, client
from tillit.kernel.egress.departures import ANSWERED, DEPARTED, FAILED
from tillit.kernel.egress.errors import (
    BadAnswer,
    BadRequest,
    Failed,
    NoAgreement,
    NobodyNamed,
    Redirected,
    Refused,
    Stopped,
    TooLarge,
    TooSlow,
    UnknownProcessor,
    Unreachable,
    Untrusted,
    WrongAddress,
    WrongData,
    WrongHost,
    WrongPurpose,
    WrongRegion,
    WrongScheme,
)
from tillit.kernel.egress.line import Limits, Line
from tillit.kernel.egress.policy import (
    Processor,
    Role,
    Safeguard,
    declare,
    installation,
    installation_id,
    is_taken,
    use_register,
)

__all__ = [
    "ANSWERED", "DEPARTED", "FAILED", "Answer", "BadAnswer", "BadRequest", "Client", "Failed", "Host", "Leaving",
    "Limits", "Line", "NoAgreement", "NobodyNamed", "Processor", "Redirected", "Refused", "Role", "Safeguard",
    "Stopped", "TooLarge", "TooSlow", "UnknownProcessor", "Unreachable", "Untrusted", "WrongAddress", "WrongData",
    "WrongHost", "WrongPurpose", "WrongRegion", "WrongScheme", "client", "declare", "installation",
    "installation_id", "is_taken", "use_register",
]  # fmt: skip
