"""Why a call did not leave (`Refused`), and what can go wrong with one that did (`Failed`).

No text of these errors repeats what was to be sent or what was answered.
"""

from __future__ import annotations


class Refused(Exception):
    """Against the rules: nothing left."""


class UnknownProcessor(Refused):
    """The organisation has registered nobody under this key."""


class Stopped(Refused):
    """The organisation has stopped using this processor."""


class NoAgreement(Refused):
    """There is no agreement with this processor (GDPR Art. 26 and 28), or it has ended."""


class WrongRegion(Refused):
    """The processor is in another region than the organisation, and no safeguard is stated (GDPR Art. 44 to 46)."""


class WrongPurpose(Refused):
    """The processor is not registered for this purpose."""


class WrongData(Refused):
    """The processor may not receive this kind of data, or what is said to leave is not what would leave."""


class NobodyNamed(Refused):
    """Personal data would leave without saying whose it is."""


class WrongHost(Refused):
    """The host is none of the processor's, or no host name at all."""


class WrongScheme(Refused):
    """Not https."""


class WrongAddress(Refused):
    """The host's name leads to an address inside a network: private, local, or made to look like another."""


class BadRequest(Refused):
    """The request cannot be written safely: its address or a header says something it must not."""


class Failed(OSError):
    """Nothing usable came back. It may work later."""


class Unreachable(Failed):
    """The name was not found, nobody answered, or the connection broke."""


class Untrusted(Failed):
    """Whoever answered could not show to be the host by a certificate. Nothing was sent."""


class TooSlow(Failed):
    """The time for the whole call was over."""


class TooLarge(Failed):
    """The answer is larger than was asked for; the rest was not read."""


class BadAnswer(Failed):
    """The answer breaks the protocol, or was cut short."""


class Redirected(Failed):
    """The answer leads elsewhere. It is not followed: the processor's hosts are those that are registered.

    `location` is where to, as it was answered; a protocol that knows of redirects may ask there, by a call of its own.
    """

    def __init__(self, text: str, location: str = "") -> None:
        super().__init__(text)
        self.location = location
