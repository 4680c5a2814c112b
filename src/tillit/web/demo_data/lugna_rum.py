"""Lugna rum: therapy and courses in Gothenburg."""

from tillit.web.demo_data.people import House, Someone, page

LUGNA_RUM = House(
    slug="lugna-rum",
    name="Lugna rum",
    number="559944-8106",
    address="Stillgatan 4, 413 04 Göteborg",
    publisher="Karin Dahl",
    contact_email="hej@lugna-rum.example",
    colour="plum",
    modules=("care", "learning", "meet", "booking"),
    people=(
        Someone("Maja Sundin", "maja.sundin@post.example", "member M1", phone="+46701740661"),
        Someone("Love Eriksson", "love.eriksson@post.example", "member M2", phone="+46701740664"),
        Someone("Tove Lindgren", "tove@lugna-rum.example", "therapist T1", ("therapist",)),
        Someone("Samuel Falk", "samuel@lugna-rum.example", "therapist T2", ("therapist",)),
        Someone("Vera Holmqvist", "vera@lugna-rum.example", "supervisor V1", ("supervisor",)),
        Someone("Ingrid Ros", "ingrid@lugna-rum.example", "course leader L1", ("leader",)),
        Someone("Karin Dahl", "karin@lugna-rum.example", "administrator N1", ("administrator",)),
        Someone("Henrik Alm", "henrik@lugna-rum.example", "administrator N2", ("administrator",)),
        Someone("Disa Norén", "disa@lugna-rum.example", "privacy officer", ("privacy",)),
    ),
    about={
        "sv": page(
            "Ett lugnt rum att tala i",
            "Samtal med legitimerade psykologer och psykoterapeuter, och små kurser i grupp, i en gammal "
            "stadsträdgård i Göteborg.",
            (
                "Enskilda samtal",
                "Femtio minuter, i din takt. Du behöver inte veta vad du vill säga när du kommer.",
            ),
            ("Kurser i liten grupp", "Sömn, oro, sorg. Sex personer och en ledare, några veckor i taget."),
            (
                "Handledning",
                "För dig som själv arbetar med människor och behöver någon att tänka högt tillsammans med.",
            ),
            later="Bokningen öppnar senare, och då står tiderna här. Behöver du tala med någon i dag, ring 1177. Är "
            "det akut, ring 112.",
        ),
        "en": page(
            "A quiet room to talk in",
            "Conversations with licensed psychologists and psychotherapists, and small courses in groups, in an old "
            "city garden in Gothenburg.",
            (
                "Talking, one to one",
                "Fifty minutes, at your own pace. You need not know what you want to say when you come.",
            ),
            ("Courses in small groups", "Sleep, worry, grief. Six people and a leader, a few weeks at a time."),
            ("Supervision", "For those who work with people themselves and need someone to think aloud with."),
            later="Booking opens later, and the times will stand here. If you need to talk to someone today, call "
            "1177. In an emergency, call 112.",
        ),
        "fa": page(
            "اتاقی آرام برای حرف زدن",
            "گفت‌وگو با روان‌شناس و روان‌درمانگر دارای پروانه و دوره‌های گروهی کوچک، در باغی قدیمی میان شهر یوتبوری.",
            (
                "گفت‌وگوی دونفره",
                "پنجاه دقیقه، با آهنگ خودتان. لازم نیست وقتی می‌آیید بدانید چه می‌خواهید بگویید.",
            ),
            ("دوره در گروه کوچک", "خواب، نگرانی، سوگ. شش نفر و یک راهبر، هر بار چند هفته."),
            (
                "نظارت حرفه‌ای",
                "برای کسانی که خودشان با آدم‌ها کار می‌کنند و هم‌صحبتی می‌خواهند تا بلندبلند فکر کنند.",
            ),
            later="نوبت‌گیری بعداً باز می‌شود و زمان‌ها همین‌جا خواهد بود. اگر همین امروز به هم‌صحبت نیاز دارید با "
            "۱۱۷۷ تماس بگیرید و اگر کار فوری است با ۱۱۲.",
        ),
    },
)
