"""What we look for in messages: patterns by which people are tricked, as readable data, in three languages.

A message that fits one is delivered as any other. Its reader is told calmly, before they answer, what the pattern is
and what to do; the writer is not told and not accused, nothing is stored, and nobody of the organisation is shown it.
Texts are compared folded (kernel.contact_words.fold): without case, marks, invisible and look-alike characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from tillit.kernel.contact_words import fold
from tillit.kernel.dpv import Words


@dataclass(frozen=True)
class Pattern:
    """One way of tricking somebody. Each of `words` is a set of alternatives; a message fits where one of each stands
    in one breath (NEAR characters). `*` stands for the rest of a word. samples: messages that fit, by language."""

    name: str
    title: Words
    says: Words
    words: tuple[str, ...]
    samples: tuple[str, ...]


NEAR = 120
LOOKED_AT = 5000  # characters of a message

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "cheque",
        _("A cheque, or too much money to be sent on"),
        _(
            "A cheque that is too large, with the rest to be sent on, bounces weeks later. Take no cheque, and pay "
            "nobody else for them."
        ),
        (
            "check|checken|checkar|postvaxel|cheque|cheques|bankers draft|چک|حواله",
            "betala*|forskott|i forvag|skicka*|overskott*|resten|mellanskillnad*|insatt|losa in|pay*|deposit*|send*|"
            "advance|rest|difference|پرداخت*|بدهم|بدهیم|بفرست*|پیش|واریز*|نقد",
        ),
        (
            "Kan vi betala i förväg med en check?",
            "I will send a cheque for more, please send the rest to my mover.",
            "می‌توانم پیش از آمدن با چک پرداخت کنم؟",
        ),
    ),
    Pattern(
        "elsewhere",
        _("Going on in another app"),
        _(
            "Whoever asks you early to go on elsewhere takes you to where nobody can help. Stay here until you have "
            "met."
        ),
        (
            "app|appen|whatsapp|whats app|telegram|signal|snapchat|snap|instagram|insta|messenger|viber|kik|hangouts|"
            "skype|wechat|واتساپ|واتس اپ|تلگرام|اینستا*|برنامه|اپ|اپلیکیشن|سیگنال|ایتا|روبیکا|بله",
            "skriv*|skicka*|prata|fortsatt*|horas|hor av|kontakta|adda|lagg till|nas|annan|write|text me|message me|"
            "contact|add me|continue|talk|reach|move|بنویس*|پیام|ادامه|بیا*|صحبت|تماس|اضافه",
        ),
        (
            "Skriv till mig i en annan app i stället",
            "Please contact me on WhatsApp, I am not often here.",
            "لطفاً در تلگرام به من پیام بده",
        ),
    ),
    Pattern(
        "advance",
        _("Money from you first"),
        _(
            "Nobody who looks for help, or offers it, needs money from you beforehand: for a course, an outfit, a fee "
            "or a transfer."
        ),
        (
            "avgift*|depositionen|deposition|insattning*|administrationsavgift|registreringsavgift|forskott*|swisha|"
            "fee|fees|upfront|up front|deposit|western union|moneygram|wire|هزینه|ودیعه|پیش پرداخت|بیعانه|کارت به کارت",
            "forst|innan|i forvag|betala*|skicka*|overfor*|aterbetal*|before|first|pay*|send*|transfer*|refund*|"
            "اول|قبل|پیش|واریز*|بفرست*|پرداخت*",
        ),
        (
            "Du behöver betala en avgift först så skickar vi kontraktet",
            "Send a small deposit before we start, it will be refunded.",
            "اول بیعانه را کارت به کارت کن",
        ),
    ),
    Pattern(
        "cards",
        _("Gift cards and codes"),
        _(
            "Gift cards and codes are money that nobody can trace. Never buy any for somebody here, and never pass on "
            "a code from your phone."
        ),
        (
            "presentkort*|vardekod*|engangskod*|bankid-kod|koden|verifieringskod*|google play|itunes|steam|gift card*|"
            "voucher*|verification code|one time code|کارت هدیه|گیفت کارت|کد تایید|کد تأیید|کد یکبار*",
            "kop*|skicka*|skrapa*|fota*|las upp|ge mig|buy|purchase|send*|scratch|photo|read|give|"
            "بخر*|بفرست*|عکس|بده*|بگو",
        ),
        (
            "Kan du köpa presentkort och skicka mig koderna?",
            "Buy a gift card and send me a photo of it",
            "یک کارت هدیه بخر و عکسش را بفرست",
        ),
    ),
    Pattern(
        "parcel",
        _("A parcel to receive or to send on"),
        _(
            "Parcels and goods that are to be received or sent on for others are often stolen or paid for with stolen "
            "money. Say no."
        ),
        (
            "paket*|forsandelse*|leverans*|parcel*|package*|shipment*|courier|بسته|محموله|مرسوله|پست",
            "ta emot|emot at|vidare|hamta ut|at mig|receive|accept|forward*|on my behalf|تحویل بگیر*|دریافت|"
            "بفرست*|از طرف من",
        ),
        (
            "Kan du ta emot ett paket åt mig och skicka det vidare?",
            "A courier will bring a parcel, please forward it",
            "می‌توانی یک بسته برای من تحویل بگیری؟",
        ),
    ),
    Pattern(
        "crypto",
        _("Crypto money and sure profits"),
        _("Nobody who needs care pays in crypto money or knows of sure profits. What was sent cannot be had back."),
        (
            "bitcoin*|btc|krypto*|crypto*|ethereum|usdt|tether|binance|invester*|invest|investment|بیت کوین|رمزارز*|"
            "ارز دیجیتال|تتر|سرمایه گذاری",
            "betala*|skicka*|vinst*|tjana|avkastning|satt in|pay*|send*|profit*|earn*|return*|"
            "پرداخت*|بفرست*|سود*|درآمد",
        ),
        (
            "Vi betalar i bitcoin om det går bra",
            "Invest with me, the profit is certain",
            "پرداخت با تتر انجام می‌شود",
        ),
    ),
)


def warnings(words: str) -> list[Pattern]:
    """The patterns that a message fits, in the order of the list."""
    folded = fold(words[:LOOKED_AT])[0]
    return [one for one, parts in _compiled() if _fits(folded, parts)]


def _fits(folded: str, parts: tuple[re.Pattern[str], ...]) -> bool:
    first, *rest = parts
    for hit in first.finditer(folded):
        near = folded[max(0, hit.start() - NEAR) : hit.end() + NEAR]
        around = near.replace(hit[0], " ", 1)
        if all(part.search(around) for part in rest):
            return True
    return False


@lru_cache(maxsize=1)
def _compiled() -> list[tuple[Pattern, tuple[re.Pattern[str], ...]]]:
    return [(one, tuple(_alternatives(words) for words in one.words)) for one in PATTERNS]


def _alternatives(words: str) -> re.Pattern[str]:
    said = (re.escape(fold(word)[0]).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words.split("|"))
    return re.compile(r"(?<!\w)(?:" + "|".join(said) + r")(?!\w)")


__all__ = ["PATTERNS", "Pattern", "warnings"]
