"""کارگاه: home services in Tehran."""

from tillit.web.demo_data.people import House, Someone, page


def _tehrani(name: str, email: str, part: str, *roles: str, phone: str = "") -> Someone:
    return Someone(name, email, part, roles, phone, language="fa", zone="Asia/Tehran")


KARGAH = House(
    slug="kargah",
    name="کارگاه",
    number="14990002412",  # company's national id: its check digit is right
    address="تهران، خیابان نارون، کوچهٔ فانوس، پلاک ۲۱۰",
    publisher="نرگس رستمی",
    contact_email="salam@kargah.example",
    colour="teal",
    region="ir",
    languages=("fa", "sv", "en"),
    time_zone="Asia/Tehran",
    currency="IRR",
    modules=("dispatch", "messaging", "wallet"),
    people=(
        _tehrani("مریم احمدی", "maryam@post.example", "customer C1", phone="+989121234567"),
        _tehrani("رضا کریمی", "reza@kargah.example", "specialist X1", "specialist"),
        _tehrani("حسین نادری", "hossein@kargah.example", "specialist X2", "specialist"),
        _tehrani("سمیرا صادقی", "samira@kargah.example", "operator, call centre", "operator"),
        _tehrani("بهرام فرهادی", "bahram@kargah.example", "quality controller", "quality"),
        _tehrani("نرگس رستمی", "narges@kargah.example", "administrator", "administrator"),
    ),
    about={
        "fa": page(
            "کار خانه را به کسی بسپارید که بلد است",
            "برای لوله‌کشی، برق و کارهای کوچک خانه، در تهران پیش شما می‌آییم؛ سر وقت و با قیمتی که از پیش می‌دانید.",
            ("لوله‌کشی و شیرآلات", "از شیری که چکه می‌کند تا لوله‌ای که ترکیده است."),
            ("برق و روشنایی", "پریز، کلید، لوستر و سیم‌کشی، به دست کسی که پروانهٔ کار دارد."),
            ("نصب و کارهای کوچک", "قفسه، پرده، کولر، قفل؛ کارهایی که یک ساعت وقت و ابزار درست می‌خواهد."),
            later="ثبت درخواست بعداً از همین صفحه باز می‌شود. تا آن روز هر سؤالی دارید بنویسید؛ یکی از ما جواب می‌دهد.",
        ),
        "sv": page(
            "Lämna jobbet hemma till någon som kan det",
            "Vi kommer hem till dig i Teheran för rör, el och små jobb, i tid och till ett pris som du vet i förväg.",
            ("Rör och kranar", "Från kranen som droppar till röret som har sprungit läck."),
            ("El och ljus", "Uttag, strömbrytare, lampor och ledningar, av någon med behörighet."),
            ("Montering och små jobb", "Hyllor, gardiner, luftkylare, lås: sådant som tar en timme och rätt verktyg."),
            later="Beställningarna öppnar senare på den här sidan. Skriv gärna så länge, så svarar någon av oss.",
        ),
        "en": page(
            "Leave the job at home to someone who knows how",
            "We come to your home in Tehran for plumbing, electricity and small jobs, on time and at a price that "
            "you know beforehand.",
            ("Pipes and taps", "From the tap that drips to the pipe that has burst."),
            ("Electricity and light", "Sockets, switches, lamps and wiring, by someone with a licence."),
            ("Fitting and small jobs", "Shelves, curtains, air coolers, locks: what takes an hour and the right tool."),
            later="Requests open later on this page. Until then, ask us anything: one of us will answer.",
        ),
    },
)
