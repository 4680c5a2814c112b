"""The demo marketplace's messages: three threads with life in them; in one of them Petra is warned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tillit.directory import queries
from tillit.journeys.market.messages import ABOUT
from tillit.kernel import clock
from tillit.messaging import actions
from tillit.web.demo_data.people import AGE

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World

SARA, AMIR, PETRA, LEILA = "Sara Holm", "Amir Lund", "Petra Nyström", "Leila Ahmadi"
Said = tuple[str, float, str]
"""Who, how many hours ago, and what."""

THREADS: tuple[tuple[str, str, tuple[Said, ...]], ...] = (
    (
        SARA, PETRA,
        (
            (SARA, 26.5, "Hej Petra! Vi söker någon till lördag mellan 9 och 12. Barnen är två och fem år. Skulle du "
             "ha möjlighet?"),
            (PETRA, 26.0, "Hej Sara, vad roligt! Det kan jag. Vill ni ses en timme först, så att barnen får känna igen "
             "mig?"),
            (SARA, 25.7, "Ja gärna. Min man undrar om vi kan betala i förväg med en check, och om du kan skriva till "
             "honom i en annan app i stället?"),
            (PETRA, 2.2, "Jag tar bara betalt härifrån efteråt, så är vi trygga båda två. Skicka gärna ett förslag på "
             "tid här."),
            (SARA, 1.9, "Självklart, vi gör så!"),
        ),
    ),
    (
        AMIR, PETRA,
        (
            (AMIR, 74.0, "Hej! Vår dotter är tre år och älskar att vara ute. Har du en eftermiddag ledig i december?"),
            (PETRA, 72.5, "Hej Amir! Torsdagar passar bäst. Ska vi börja med en promenad tillsammans?"),
            (AMIR, 3.0, "Kan du torsdag den 10 december, klockan 15?"),
        ),
    ),
    (
        SARA, LEILA,
        (
            (SARA, 50.0, "سلام لیلا! برای پسر پنج‌ساله‌ام کسی را می‌خواهم که با او فارسی حرف بزند. شنبه‌ها وقت داری؟"),
            (LEILA, 48.0, "سلام سارا، خوشحال می‌شوم. شنبه صبح‌ها آزادم. اول همدیگر را ببینیم؟"),
        ),
    ),
)  # fmt: skip


def fill(world: World) -> None:
    """Each thread is about a profile; without it there is none."""
    now = clock.now().astimezone(UTC) + AGE
    for _seeker, provider, said in THREADS:
        thread: UUID | None = None
        for who, hours, words in said:
            if who not in world.people or provider not in world.people:
                break
            with clock.at(_past(now, hours)), world.as_person(who):
                if thread is None:
                    profile = queries.profile_of(world.people[provider])
                    if profile is None:
                        break
                    thread = actions.begin(to=profile.person, about=(ABOUT, profile.id), words=words)
                else:
                    actions.send(thread, words)


def _past(now: datetime, hours: float) -> datetime:
    return now - timedelta(hours=hours)
