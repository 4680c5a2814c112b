"""What can be booked at Tidboken: the fields of each meeting type, and which hosts take it (preferred first)."""

from __future__ import annotations

from typing import Any

from tillit.web.demo_data.tidboken import HELENA, MIRA, OMID

_HOUR, _DAY = 60, 24 * 60


def _words(**languages: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Language → title, summary and, where it is somewhere, the place."""
    keys = ("title", "summary", "place")
    return {language: dict(zip(keys, said, strict=False)) for language, said in languages.items()}


HOSTS: dict[str, dict[str, Any]] = {
    HELENA: {
        "slug": "helena",
        "about": {
            "en": "Adviser on first homes and small companies",
            "sv": "Rådgivare om första bostaden och små företag",
            "fa": "مشاور خانهٔ اول و شرکت‌های کوچک",
        },
    },
    OMID: {
        "slug": "omid",
        "about": {
            "en": "Adviser on small companies, also in Persian",
            "sv": "Rådgivare om små företag, också på persiska",
            "fa": "مشاور شرکت‌های کوچک، به فارسی هم",
        },
    },
    MIRA: {
        "slug": "mira",
        "about": {
            "en": "Leads the workshops on Thursdays",
            "sv": "Håller kurserna på torsdagar",
            "fa": "راهبر کارگاه‌های پنجشنبه",
        },
    },
}

ROOMS: tuple[dict[str, str], ...] = (
    {"en": "The blue room", "sv": "Blå rummet", "fa": "اتاق آبی"},
    {"en": "The green room", "sv": "Gröna rummet", "fa": "اتاق سبز"},
)
"""Either serves for a workshop."""

MEETING_TYPES: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        (HELENA,),
        {
            "slug": "first-talk",
            "words": _words(
                en=("First talk", "Tell us where you stand, and hear if we can help. It costs nothing."),
                sv=("Första samtalet", "Berätta var du står, så hör du om vi kan hjälpa till. Det kostar ingenting."),
                fa=("گفت‌وگوی اول", "بگویید کجای کارید تا ببینیم کمکی از ما برمی‌آید یا نه. رایگان است."),
            ),
            "place": "video",
            "duration": 20,
            "step": 30,
            "grid": 30,
            "buffer_after": 10,
            "notice": 2 * _HOUR,
        },
    ),
    (
        (HELENA,),
        {
            "slug": "consultation",
            "words": _words(
                en=("Consultation", "One question, seen from all sides. You leave with a list of next steps."),
                sv=("Konsultation", "En fråga, sedd från alla håll. Du går därifrån med en lista på nästa steg."),
                fa=("مشاوره", "یک پرسش که از همه طرف به آن نگاه می‌کنیم. در پایان فهرستی از کارها در دست دارید."),
            ),
            "place": "video",
            "duration": 45,
            "step": 60,
            "grid": 60,
            "buffer_after": 15,
            "notice": 4 * _HOUR,
            "max_per_day": 5,
        },
    ),
    (
        (HELENA, OMID),
        {
            "slug": "together",
            "words": _words(
                en=("Helena and Omid together", "When home and company hang together and two pairs of eyes see more."),
                sv=("Helena och Omid tillsammans", "När bostad och företag hänger ihop och två par ögon ser mer."),
                fa=("هلنا و امید با هم", "وقتی خانه و شرکت به هم گره خورده‌اند و دو جفت چشم بهتر می‌بیند."),
            ),
            "place": "video",
            "duration": 60,
            "step": 60,
            "grid": 60,
            "buffer_after": 15,
            "notice": _DAY,
            "assignment": "collective",
        },
    ),
    (
        (OMID,),
        {
            "slug": "papers",
            "words": _words(
                en=(
                    "Your papers, read through",
                    "Bring a contract or a letter; we read it together. Paid ahead.",
                ),
                sv=("Dina papper, genomlästa", "Ta med ett avtal eller brev, så läser vi det ihop. Betalas i förväg."),
                fa=("خواندن مدارک شما", "قرارداد یا نامه‌ای بیاورید تا با هم بخوانیم. هزینه از پیش پرداخت می‌شود."),
            ),
            "place": "video",
            "duration": 45,
            "step": 60,
            "grid": 60,
            "buffer_after": 15,
            "notice": 4 * _HOUR,
            "change_notice": _DAY,
            "price": 45_000,
            "kept_percent": 50,
        },
    ),
    (
        (HELENA,),
        {
            "slug": "viewing",
            "words": _words(
                en=(
                    "Helena comes to the viewing",
                    "We look at the flat together. Helena says within two days whether she can come.",
                    "at the flat, in Stockholm",
                ),
                sv=(
                    "Helena följer med på visningen",
                    "Vi ser på bostaden tillsammans. Helena svarar inom två dagar om hon kan komma.",
                    "i bostaden, i Stockholm",
                ),
                fa=(
                    "هلنا همراه شما به بازدید می‌آید",
                    "خانه را با هم می‌بینیم. هلنا تا دو روز خبر می‌دهد که می‌تواند بیاید یا نه.",
                    "در همان خانه، در استکهلم",
                ),
            ),
            "place": "place",
            "duration": 60,
            "step": 60,
            "grid": 60,
            "buffer_before": 30,
            "buffer_after": 30,
            "notice": 3 * _DAY,
            "answer_within": 2 * _DAY,
        },
    ),
    (
        (HELENA, OMID),
        {
            "slug": "whoever-is-free",
            "words": _words(
                en=("Whoever is free", "A short question that should not wait. Helena or Omid takes it."),
                sv=("Den som är ledig", "En kort fråga som inte bör vänta. Helena eller Omid tar den."),
                fa=("هر کدام که آزاد باشد", "پرسشی کوتاه که نباید بماند. هلنا یا امید جوابش را می‌دهد."),
            ),
            "place": "video",
            "duration": 30,
            "step": 30,
            "grid": 30,
            "buffer_after": 5,
            "notice": _HOUR,
            "assignment": "round_robin",
        },
    ),
    (
        (OMID,),
        {
            "slug": "phone",
            "words": _words(
                en=("A call with Omid", "For what is quicker said than written. In three languages."),
                sv=("Ett samtal med Omid", "För det som är lättare sagt än skrivet. På tre språk."),
                fa=("تماس تلفنی با امید", "برای آنچه گفتنش از نوشتنش آسان‌تر است. به سه زبان."),
            ),
            "place": "phone",
            "duration": 15,
            "step": 15,
            "grid": 15,
            "buffer_after": 5,
            "notice": _HOUR,
        },
    ),
    (
        (MIRA,),
        {
            "slug": "workshop",
            "words": _words(
                en=(
                    "Workshop: your first budget",
                    "Six chairs, one table, two hours. Bring your own figures.",
                    "at Lyktgatan 21",
                ),
                sv=(
                    "Kurs: din första budget",
                    "Sex stolar, ett bord, två timmar. Ta med dina egna siffror.",
                    "på Lyktgatan 21",
                ),
                fa=(
                    "کارگاه: اولین بودجهٔ شما",
                    "شش صندلی، یک میز، دو ساعت. عددهای خودتان را بیاورید.",
                    "در لیکت‌گاتان ۲۱",
                ),
            ),
            "place": "place",
            "duration": 2 * _HOUR,
            "step": 2 * _HOUR,
            "grid": 15,
            "notice": _DAY,
            "capacity": 6,
            "waiting_places": 6,
            "change_notice": 2 * _DAY,
        },
    ),
    (
        (OMID,),
        {
            "slug": "six-weeks",
            "words": _words(
                en=(
                    "Six weeks: your books in order",
                    "Six dates, one each week. Afterwards you keep your books yourself.",
                ),
                sv=(
                    "Sex veckor: ordning i bokföringen",
                    "Sex träffar, en i veckan. Efteråt sköter du bokföringen själv.",
                ),
                fa=("شش هفته: نظم در حساب‌ها", "شش دیدار، هر هفته یکی. پس از آن خودتان حساب‌هایتان را نگه می‌دارید."),
            ),
            "place": "video",
            "duration": 45,
            "step": 60,
            "grid": 15,
            "buffer_after": 15,
            "notice": _DAY,
            "horizon": 90 * _DAY,
            "times": 6,
        },
    ),
)
