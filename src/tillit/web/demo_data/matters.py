"""What people have asked and complained about in the demo, and what was answered: at two organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tillit.access import Actor, acting
from tillit.desk import actions, clocks, queries, working
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock

HOURS = 40  # a working week: a demo that runs for some days is not late


@dataclass(frozen=True, slots=True)
class Matter:
    """Somebody wrote so many hours ago. answer: what was answered, "" for not yet; note: between colleagues."""

    kind: str
    name: str
    email: str
    language: str
    words: str
    answer: str = ""
    note: str = ""
    decision: str = ""
    stars: int = 0
    hours: int = 3


TIDBOKEN = (
    Matter("question", "Grace Miller", "grace.miller@post.example", "en",
           "Can I bring my brother to the consultation? He is the one who knows about the loan."),
    Matter("booking", "Farid Karimi", "farid.karimi@post.example", "fa",
           "می‌شود وقت دیدار را به بعدازظهر منتقل کنم؟ صبح‌ها سر کار هستم.",
           "بله. پیوند ایمیلِ رزرو را باز کنید و «تغییر وقت» را بزنید؛ وقت‌های بعدازظهر آنجا هست.", stars=5, hours=30),
    Matter("complaint", "Lena Fors", "lena.fors@post.example", "sv",
           "Jag väntade tjugo minuter på videosamtalet och ingen sa något.",
           note="Kameran i rum 2 krånglade den dagen. Vi borde ha sagt till.", hours=6),
    Matter("praise", "Nora Blom", "nora.blom@post.example", "sv",
           "Tack för att ni förklarade blanketterna så att jag förstod dem.",
           "Så roligt att höra. Lycka till!", hours=50),
)  # fmt: skip
OMSORGSTORGET = (
    Matter("question", "Sven Alm", "sven.alm@post.example", "sv",
           "När öppnar bokningen? Min mor behöver sällskap till vårdcentralen i januari."),
    Matter("complaint", "Ida Roos", "ida.roos@post.example", "sv",
           "Personen som skulle komma kom aldrig, och svarade inte.",
           "Du har rätt. Vi har talat med henne, och nästa besök kostar ingenting.",
           decision="upheld", stars=4, hours=60),
    Matter("question", "Maryam Tavakoli", "maryam.tavakoli@post.example", "fa",
           "آیا کسی هست که فارسی حرف بزند؟ پدرم سوئدی بلد نیست.",
           "بله، دو نفر از همکاران ما فارسی حرف می‌زنند. وقتی رزرو باز شد، زبان را در صفحه می‌بینید.", hours=28),
)  # fmt: skip
OF = {"tidboken": TIDBOKEN, "omsorgstorget": OMSORGSTORGET}


def write(slug: str, organisation: UUID, administrator: UUID, *, age: timedelta) -> None:
    """Let these people write to an organisation, and its administrator answer. `age`: how far the clock stands back."""
    staff = Actor(office="member", organisation=organisation, person=administrator)
    with acting(staff):
        rules = clocks.rules(organisation_by_id(organisation))
        rules.answer_hours = HOURS
        clocks.choose(rules)
    now = clock.now() + age
    for one in OF.get(slug, ()):
        with clock.at(now - timedelta(hours=one.hours)):
            _write(one, organisation, staff)


def _write(one: Matter, organisation: UUID, staff: Actor) -> None:
    with acting(Actor(organisation=organisation)):
        asked = actions.ask_as_stranger(
            one.kind, one.words, name=one.name, email=one.email, language=one.language, zone="Europe/Stockholm"
        )
    with acting(Actor(office="guest", organisation=organisation, person=asked.person_id)):
        actions.confirm(queries.my_thread(asked.pk))
    with acting(staff):
        thread = queries.get_thread(asked.pk)
        if one.note:
            working.note(thread, one.note)
        if one.decision:
            working.decide(thread, one.decision, one.answer)
        elif one.answer:
            seen = queries.said(thread, notes=False)[-1].pk
            working.answer(thread, one.answer, seen=seen, close_it=bool(one.stars) or one.kind == "praise")
    if one.stars:
        with acting(Actor(office="guest", organisation=organisation, person=asked.person_id)):
            actions.rate(queries.my_thread(asked.pk), one.stars, "")
