"""How often something may be tried, counted in the database so that all processes agree (sql/throttle.sql).

Tries on one account wait for each other (a row's lock), so that many at once win nothing. Tries from one network
are counted before the request's own transaction: they count whatever becomes of it, and hold nobody up.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tillit.access import PUBLIC, acting
from tillit.kernel import config, keyring


@dataclass(frozen=True)
class Limit:
    """`burst` times at once, then one time each `every`."""

    name: str
    burst: int
    every: timedelta

    def take(self, *of: str) -> bool:
        """Count one try of this network, account or whatever `of` names; False when it is one too many."""
        values: list[Any] = [self._key(of), self.every, self.burst]
        with connection.cursor() as cursor:
            cursor.execute("select identity.take(%s, %s, %s)", values)
            return bool(cursor.fetchone()[0])

    def spend(self, *of: str) -> Standing:
        """As `take`, and what is left."""
        values: list[Any] = [self._key(of), self.every, self.burst]
        with connection.cursor() as cursor:
            cursor.execute("select * from identity.spend(%s, %s, %s)", values)
            return Standing(self, *cursor.fetchone())

    def give_back(self, *of: str) -> None:
        """The try turned out right and counts no more."""
        values: list[Any] = [self._key(of), self.every]
        with connection.cursor() as cursor:
            cursor.execute("select identity.give_back(%s, %s)", values)

    def _key(self, of: tuple[str, ...]) -> str:
        # hashed first: the parts may be long, and their boundaries count
        parts = ":".join(hashlib.sha256(part.encode()).hexdigest() for part in of)
        return keyring.blind_index(f"{self.name}:{parts}", "throttle")


@dataclass(frozen=True)
class Standing:
    """After a try: whether it was allowed, how many more are left at once, and in how many seconds the next one, and
    all of them, are free."""

    limit: Limit
    allowed: bool
    left: int
    next_free: float
    all_free: float


NETWORK = Limit("network", burst=60, every=timedelta(seconds=2))
GUESS = Limit("guess", burst=30, every=timedelta(seconds=30))  # one account, from anywhere
GUESS_HERE = Limit("guess-here", burst=5, every=timedelta(minutes=1))  # one account, from one network
CODE = Limit("code", burst=5, every=timedelta(minutes=1))  # the second step of one account
RESET = Limit("reset", burst=3, every=timedelta(minutes=5))  # mail to one address
BOOKED = Limit("booked", burst=60, every=timedelta(minutes=1))  # by guests of one network
API = Limit("api", burst=600, every=timedelta(milliseconds=100))  # one token
API_NETWORK = Limit("api-network", burst=120, every=timedelta(milliseconds=500))  # one network, without a token
EXCHANGE = Limit("exchange", burst=30, every=timedelta(seconds=10))  # a network's tries of clients' secrets
SEARCH = Limit("search", burst=40, every=timedelta(seconds=3))  # one person, or a network's visitors
JOIN = Limit("join", burst=5, every=timedelta(minutes=5))  # who would join, from one network or to one address
INVITE = Limit("invite", burst=50, every=timedelta(minutes=1))  # mail that one organisation causes


def network(request: HttpRequest) -> str:
    """Where a request comes from: the address, for IPv6 its /64, as the outermost proxy of ours saw it."""
    proxies = config.number("TILLIT_PROXIES")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    told = hops[-proxies] if proxies and len(hops) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Counts what a network sends to the account pages, in a transaction of its own before the request's."""

    def counted(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path_info.startswith("/account/"):
            with acting(PUBLIC), transaction.atomic():
                allowed = NETWORK.take(network(request))
            if not allowed:
                response = render(request, "identity/too_many.html", status=429)
                response.headers["Retry-After"] = str(int(NETWORK.every.total_seconds()))
                return response
        return get_response(request)

    return counted
