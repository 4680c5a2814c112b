"""Tidboken: two advisers in Stockholm who can be booked. What can be booked is in meeting_types.py."""

from tillit.web.demo_data.people import House, Someone, page

HELENA, OMID, MIRA, JONAS = "Helena Lind", "Omid Rahimi", "Mira Sandberg", "Jonas Ek"

TIDBOKEN = House(
    slug="tidboken",
    name="Tidboken",
    number="559953-7262",
    address="Lyktgatan 21, 118 25 Stockholm",
    publisher=JONAS,
    contact_email="hej@tidboken.example",
    colour="indigo",
    languages=("en", "sv", "fa"),
    modules=("booking",),
    people=(
        Someone(HELENA, "helena@tidboken.example", "host H1", ("host",), phone="+46701740605"),
        Someone(OMID, "omid@tidboken.example", "host H2", ("host",), phone="+46701740608", language="fa"),
        Someone(MIRA, "mira@tidboken.example", "host, workshops", ("host",), phone="+46701740609"),
        Someone(JONAS, "jonas@tidboken.example", "administrator", ("administrator",), phone="+46701740612"),
    ),
    about={
        "en": page(
            "Talk it over with someone who has time",
            "Helena Lind and Omid Rahimi advise on first homes and small companies, by video, by phone or at "
            "Lyktgatan in Stockholm. In English, Swedish or Persian.",
            (
                "Your first home",
                "What the bank will ask, what the survey really says, and what can wait until next year.",
            ),
            (
                "A small company",
                "From the first idea to the first invoice: the form, the tax, and in which order to do things.",
            ),
            (
                "New in Sweden",
                "Letters, forms and words that nobody has explained. Omid answers in Persian too.",
            ),
        ),
        "sv": page(
            "Prata igenom det med någon som har tid",
            "Helena Lind och Omid Rahimi ger råd om den första bostaden och det lilla företaget, med video, på telefon "
            "eller på Lyktgatan i Stockholm. På svenska, engelska eller persiska.",
            (
                "Den första bostaden",
                "Vad banken kommer att fråga, vad besiktningen egentligen säger och vad som kan vänta till nästa år.",
            ),
            (
                "Det lilla företaget",
                "Från den första tanken till den första fakturan: formen, skatten och i vilken ordning man gör det.",
            ),
            (
                "Ny i Sverige",
                "Brev, blanketter och ord som ingen har förklarat. Omid svarar också på persiska.",
            ),
        ),
        "fa": page(
            "با کسی حرف بزنید که وقت دارد",
            "هلنا لیند و امید رحیمی دربارهٔ خانهٔ اول و شرکت کوچک راهنمایی می‌کنند؛ تصویری، تلفنی یا حضوری در "
            "لیکت‌گاتان استکهلم. به فارسی، سوئدی یا انگلیسی.",
            (
                "خانهٔ اول",
                "بانک چه خواهد پرسید، گزارش کارشناس راستی‌راستی چه می‌گوید و چه چیزی می‌تواند تا سال بعد بماند.",
            ),
            (
                "شرکت کوچک",
                "از اولین فکر تا اولین فاکتور: نوع شرکت، مالیات و اینکه کدام کار اول است و کدام بعد.",
            ),
            (
                "تازه‌وارد در سوئد",
                "نامه‌ها، فرم‌ها و واژه‌هایی که کسی توضیحشان نداده است. امید به فارسی هم جواب می‌دهد.",
            ),
        ),
    },
)
