"""What the wallet promises about cards, asked of columns, forms, the API, what providers send, and the rows."""

from __future__ import annotations

import json
import re

from django.utils.translation import gettext_lazy as _

from tillit.kernel.egress import BadAnswer
from tillit.kernel.money import Money
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Kind, Promise, give
from tillit.kernel.ticket import Actor
from tillit.wallet import providers
from tillit.wallet.cards import looks_like_card
from tillit.wallet.models import Entry, Payment, Refund

PLANTED = "4111 1111 1111 1111"
"""A number that card networks publish for tests."""
_NAMED = re.compile(r"(?:^|_)(?:card|pan|cvc|cvv|expiry|iban_card)(?:_?(?:no|number|holder|code|hash))?(?:$|_)")
_ASKS = re.compile(r'autocomplete="cc-|name="[^"]*(?:card_?number|cvc|cvv)', re.IGNORECASE)


def card_data_never_here(ground: Ground) -> Finding:
    """Nothing here could take a card number, what a provider sends with one is refused, and no row holds one."""
    columns = ground.rows(
        "select c.relname || '.' || a.attname from pg_catalog.pg_attribute a "
        "join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') "
        "where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped"
    )
    for (name,) in columns:
        if _NAMED.search(str(name).rpartition(".")[2]) and not str(name).startswith("messaging_"):
            return Finding(False, f"The column {name} could hold a card.")
    for path, page in ground.public_pages.items():
        if _ASKS.search(page.content.decode(errors="replace")):
            return Finding(False, f"{path} asks for a card number.")
    schema = json.loads(ground.get("/api/v1/openapi.json").content or b"{}").get("components", {}).get("schemas", {})
    for of, said in schema.items():
        for name in said.get("properties", {}):
            if name != "card" and _NAMED.search(name):
                return Finding(False, f"The API's {of} takes {name}.")
    for make in (
        lambda: providers.Told(PLANTED, "paid", Money(100, "SEK")),
        lambda: providers.Started("reference", f"https://pay.example/{PLANTED.replace(' ', '')}"),
    ):
        try:
            make()
        except BadAnswer:
            continue
        return Finding(False, "A provider's answer with a card number in it was taken.")
    with ground.acting_as(Actor(organisation=ground.organisation.pk, office="payments")):
        kept = [text for pair in Payment.objects.values_list("reference", "url") for text in pair]
        kept += Entry.objects.values_list("reference", flat=True)
        kept += Refund.objects.values_list("reference", flat=True)
    if any(map(looks_like_card, kept)):
        return Finding(False, "A reference that is kept is a card number.")
    return Finding(True, f"{len(columns)} columns, forms and the API know no card; {len(kept)} references are none.")


give(
    Promise(
        "card-data-never-here",
        group=Group.MONEY,
        says=_("No card number ever comes here: only references of payments are kept."),
        by=_("A card number is typed at the payment provider's own page. Nothing here asks for one, and what a "
             "provider sends with a card number in it is refused."),
        modules=frozenset({"booking", "sales"}),
        probe=card_data_never_here,
        sabotage="tests/wallet/test_card_promise.py::test_card_data_never_here",
    ),
    Promise(
        "payments-at-certified-provider",
        group=Group.MONEY,
        says=_("Cards are typed at the page of a payment provider that is certified for them (PCI DSS)."),
        by=_("No program sees a certificate: a named person attests it, or that no cards are taken, until a day."),
        kind=Kind.ATTESTED,
        modules=frozenset({"booking", "sales"}),
        sabotage="tests/privacy/test_sabotage.py::test_attestation",
    ),
)  # fmt: skip
