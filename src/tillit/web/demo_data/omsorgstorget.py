"""Omsorgstorget: a care marketplace in Eskilstuna."""

from tillit.web.demo_data.people import House, Someone, page

OMSORGSTORGET = House(
    slug="omsorgstorget",
    name="Omsorgstorget",
    number="559988-2049",
    address="Tallgläntan 12, 632 20 Eskilstuna",
    publisher="Maria Ek",
    contact_email="hej@omsorgstorget.example",
    colour="brick",
    modules=("directory", "messaging", "documents", "booking", "hiring", "sales"),
    people=(
        Someone("Sara Holm", "sara.holm@post.example", "seeker S1", phone="+46701740652"),
        Someone("Amir Lund", "amir.lund@post.example", "seeker S2", phone="+46701740655"),
        Someone("Petra Nyström", "petra.nystrom@post.example", "provider P1", ("provider",)),
        Someone("Omar Berg", "omar.berg@post.example", "provider, evenings", ("provider",)),
        Someone("Leila Ahmadi", "leila.ahmadi@post.example", "provider, in Persian", ("provider",), language="fa"),
        Someone("Grace Okafor", "grace.okafor@post.example", "provider, in English", ("provider",), language="en"),
        Someone("Kerstin Lindh", "kerstin.lindh@post.example", "provider, older people", ("provider",)),
        Someone("Johan Wiklund", "johan.wiklund@post.example", "provider, home and garden", ("provider",)),
        Someone("Nasrin Karimi", "nasrin.karimi@post.example", "provider, in Persian", ("provider",), language="fa"),
        Someone("Elsa Sandberg", "elsa.sandberg@post.example", "provider, studies", ("provider",)),
        Someone("Mikael Åström", "mikael.astrom@post.example", "provider, waits for the moderator", ("provider",)),
        Someone("Maria Ek", "maria@omsorgstorget.example", "moderator", ("moderator",)),
        Someone("Jonas Ek", "jonas@tidboken.example", "administrator", ("administrator",), phone="+46701740612"),
    ),
    about={
        "sv": page(
            "Någon att lita på, i närheten",
            "Här möts familjer i Eskilstuna och människor som tycker om att ta hand om andra: barnpassning, "
            "sällskap för äldre och en hand till i hemmet.",
            (
                "Barnpassning",
                "Någon som hämtar på förskolan, lagar middag eller läser högt när kvällen blir lång. Ni ses först, "
                "i lugn och ro.",
            ),
            (
                "Sällskap för äldre",
                "En promenad, en kopp kaffe, någon som följer med till vårdcentralen. Samma person varje gång, så "
                "långt det går.",
            ),
            ("Hjälp i hemmet", "Städning, fönster, trädgård och allt det där som annars blir liggande."),
        ),
        "en": page(
            "Someone to trust, close by",
            "Families in Eskilstuna meet people here who like looking after others: childcare, company for older "
            "people, and a helping hand at home.",
            (
                "Childcare",
                "Someone who picks up from preschool, cooks dinner, or reads aloud when the evening is long. You "
                "meet first, without hurry.",
            ),
            (
                "Company for older people",
                "A walk, a cup of coffee, someone to come along to the doctor’s. The same person each time, as far "
                "as we can.",
            ),
            ("Help at home", "Cleaning, windows, the garden, and everything else that tends to be left lying."),
        ),
        "fa": page(
            "کسی که بشود به او اعتماد کرد، همین نزدیکی",
            "اینجا خانواده‌های اسکیلستونا با کسانی آشنا می‌شوند که مراقبت از دیگران را دوست دارند: نگهداری از کودک، "
            "همراهی با سالمندان و کمک در خانه.",
            (
                "نگهداری از کودک",
                "کسی که بچه‌ها را از مهدکودک بیاورد، شام بپزد یا شب‌های بلند برایشان کتاب بخواند. اول همدیگر را "
                "می‌بینید، بی‌عجله.",
            ),
            (
                "همراهی با سالمندان",
                "پیاده‌روی، یک فنجان چای، همراهی تا درمانگاه. تا جایی که بشود، هر بار همان آدم.",
            ),
            ("کمک در خانه", "نظافت، شیشه‌ها، باغچه و همهٔ آن کارهایی که روی هم می‌ماند."),
        ),
    },
)
