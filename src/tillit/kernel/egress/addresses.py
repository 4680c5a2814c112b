"""Host names as they are registered, and the addresses that a call may reach.

A name is written in one way: ASCII (`xn--…` for others), lower case, without port, user, or an address in any
spelling. What it leads to is compared with the registries of special addresses (IANA, RFC 6890 and its updates)
after resolution; from then on the address is used and the name only in TLS, so that it cannot lead elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from tillit.kernel.egress.errors import WrongAddress, WrongHost

Address = IPv4Address | IPv6Address

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a last label like this makes the whole an IPv4 address (WHATWG URL)
_INSIDE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "onion", "home.arpa")

OWN = "test-payments.example"
"""This installation under a name that leads nowhere (RFC 2606): in demos and tests it plays the receiver itself."""

_ONE_MACHINE_4 = IPv4Network("127.0.0.0/8")
_PRIVATE_4 = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
_NEVER_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "168.63.129.16/32",  # the inside of a cloud (Azure) behind a public number
            "169.254.0.0/16",  # link-local, with the clouds' metadata
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation, here and twice below
            "192.88.99.0/24",  # 6to4 relays
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
_ONE_MACHINE_6 = IPv6Network("::1/128")
_PRIVATE_6 = (IPv6Network("fc00::/7"),)
_GLOBAL_6 = IPv6Network("2000::/3")  # everything else is local, mapped, translated (NAT64) or not assigned
_NEVER_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address inside
            "3fff::/20",  # documentation
        ),
    )
)


@dataclass(frozen=True, order=True)
class Host:
    """A name and a port to which a processor may be spoken."""

    name: str
    port: int = 443

    def __str__(self) -> str:
        return f"{self.name}:{self.port}"

    @classmethod
    def read(cls, text: str) -> Host:
        """Read "api.example.com" or "api.example.com:8443". Raises WrongHost."""
        name, colon, port = text.strip().partition(":")
        return cls(host_name(name), port_number(port) if colon else 443)


def host_name(text: str) -> str:
    """The one spelling of a public host name. Raises WrongHost for anything else, addresses included."""
    name = text.lower().removesuffix(".")
    if not name.isascii():
        raise WrongHost("Write the host's name in ASCII, as it stands in the domain name system (xn--…).")
    if len(name) > 253 or not _NAME.fullmatch(name) or _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise WrongHost("This is no host name. Addresses in numbers are not spoken to.")
    if any(name == inside or name.endswith(f".{inside}") for inside in _INSIDE_NAMES):
        raise WrongHost("This name means something inside a network.")
    return name


def port_number(text: str) -> int:
    """1 to 65535. Raises WrongHost."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise WrongHost("A port is a number from 1 to 65535.")
    return int(text)


def read(text: str) -> Address:
    """An address as the resolver answered it. Raises WrongAddress when it is none."""
    try:
        return ip_address(text)
    except ValueError:
        raise WrongAddress("The host's name leads to no address.") from None


def check(address: Address, *, inside: bool = False) -> None:
    """Raise WrongAddress unless the address is a public one. `inside` also allows this machine and private
    networks, for what the operator runs there; never link-local, multicast, unspecified or translated ones."""
    if inside and _is_private(address):
        return
    if isinstance(address, IPv4Address):
        wrong = address in _ONE_MACHINE_4 or any(address in network for network in (*_PRIVATE_4, *_NEVER_4))
    else:
        wrong = (
            address not in _GLOBAL_6 or address.scope_id is not None or any(address in network for network in _NEVER_6)
        )
    if wrong:
        raise WrongAddress("The host's name leads to an address inside a network.")


def is_loopback(address: Address) -> bool:
    """Is it this machine?"""
    return address in (_ONE_MACHINE_4 if isinstance(address, IPv4Address) else _ONE_MACHINE_6)


def _is_private(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return is_loopback(address) or any(address in network for network in _PRIVATE_4)
    return address.scope_id is None and (is_loopback(address) or any(address in network for network in _PRIVATE_6))
