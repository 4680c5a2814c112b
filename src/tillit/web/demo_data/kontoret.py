"""Kontoret and its neighbour: two offices in Västerås that must never see each other's papers."""

from tillit.web.demo_data.people import House, Someone, page

KONTORET = House(
    slug="kontoret",
    name="Kontoret",
    number="559971-1131",
    address="Bläckhornsgatan 8, 722 15 Västerås",
    publisher="Gunilla Åberg",
    contact_email="hej@kontoret.example",
    colour="spruce",
    modules=("sales", "messaging"),
    people=(
        Someone("Elin Strand", "elin@kontoret.example", "seller", ("seller",), phone="+46701740621"),
        Someone("Fredrik Öst", "fredrik@kontoret.example", "colleague, another department", ("staff",)),
        Someone("Karin Sjö", "karin@kontoret.example", "finance", ("finance",), phone="+46701740622"),
        Someone("Gunilla Åberg", "gunilla@kontoret.example", "administrator", ("administrator",)),
        Someone(
            "Nils Hammar",
            "nils@hammarssnickeri.example",
            "contact at a customer company",
            phone="+46701740627",
            logs_in=False,
        ),
    ),
    about={
        "sv": page(
            "Pappren i ordning, så att du kan arbeta",
            "Vi sköter bokföring, fakturor och löner åt små företag i Västerås. Du har en egen person att vända dig "
            "till, och hon svarar i telefon.",
            ("Bokföring varje månad", "Vi bokför, stämmer av och säger till innan något hinner bli ett problem."),
            ("Fakturor och påminnelser", "I ditt namn, i rätt tid och med rätt moms."),
            (
                "Löner och årsbokslut",
                "För dig som har några anställda och hellre lägger kvällen på något annat.",
            ),
            later="Vill du träffas? Bokningen öppnar senare, och då står tiderna här. Hör av dig så länge, så svarar "
            "Elin.",
        ),
        "en": page(
            "Your papers in order, so that you can work",
            "We look after books, invoices and pay for small companies in Västerås. You have one person to turn to, "
            "and she picks up the phone.",
            (
                "Bookkeeping, every month",
                "We keep the books, reconcile them, and tell you before anything turns into a problem.",
            ),
            ("Invoices and reminders", "In your name, on time, with the right VAT."),
            (
                "Pay and annual accounts",
                "For those who have a few employees and would rather spend the evening on something else.",
            ),
            later="Would you like to meet? Booking opens later, and the times will stand here. Until then, write to "
            "us and Elin will answer.",
        ),
        "fa": page(
            "حساب‌وکتاب مرتب، تا شما به کارتان برسید",
            "دفترداری، فاکتور و حقوق شرکت‌های کوچک وستروس با ماست. یک نفر مشخص پاسخ‌گوی شماست و تلفن را هم خودش "
            "برمی‌دارد.",
            (
                "دفترداری ماهانه",
                "دفترها را می‌نویسیم، تطبیق می‌دهیم و پیش از آنکه چیزی دردسر شود خبرتان می‌کنیم.",
            ),
            ("فاکتور و یادآوری", "به نام شما، به‌موقع و با مالیات درست."),
            (
                "حقوق و حساب‌های پایان سال",
                "برای کسانی که چند همکار دارند و عصرشان را برای کار بهتری می‌خواهند.",
            ),
            later="دوست دارید همدیگر را ببینیم؟ رزرو بعداً باز می‌شود و زمان‌ها همین‌جا خواهد بود. تا آن روز برای ما "
            "بنویسید؛ الین جواب می‌دهد.",
        ),
    },
)

GRANNKONTORET = House(
    slug="grannkontoret",
    name="Grannkontoret",
    number="559962-0480",
    address="Bläckhornsgatan 10, 722 15 Västerås",
    publisher="Oskar Wik",
    contact_email="hej@grannkontoret.example",
    colour="ochre",
    modules=("sales",),
    people=(
        Someone("Lotta Brun", "lotta@grannkontoret.example", "seller in the other office", ("seller",)),
        Someone("Oskar Wik", "oskar@grannkontoret.example", "administrator", ("administrator",)),
    ),
    about={
        "sv": page(
            "En plats att arbeta på, med någon i rummet bredvid",
            "Skrivbord, mötesrum och en reception i ett gammalt bageri i Västerås.",
            ("Skrivbord", "För en dag, en vinter eller så länge du vill. Lampan är din, utsikten delar vi."),
            ("Mötesrum", "Två rum med dörrar som går att stänga, för fyra eller tio personer."),
            ("Reception", "Vi tar emot posten, hälsar på dem som kommer och kokar kaffe klockan tre."),
            later="Bokningen öppnar senare, och då står lediga platser här. Titta gärna in så länge, eller skriv en "
            "rad.",
        ),
        "en": page(
            "A place to work, with someone in the next room",
            "Desks, meeting rooms and a front desk in an old bakery in Västerås.",
            ("Desks", "For a day, a winter, or as long as you like. The lamp is yours, the view we share."),
            ("Meeting rooms", "Two rooms with doors that close, for four people or for ten."),
            ("Front desk", "We take in the post, greet your visitors and make coffee at three."),
            later="Booking opens later, and free places will stand here. Until then, look in on us or send a line.",
        ),
        "fa": page(
            "جایی برای کار، با کسی در اتاق کناری",
            "میز کار، اتاق جلسه و پذیرش، در یک نانوایی قدیمی در وستروس.",
            ("میز کار", "برای یک روز، یک زمستان یا هر قدر که بخواهید. چراغ مال شماست، پنجره مال همه."),
            ("اتاق جلسه", "دو اتاق با دری که بسته می‌شود؛ یکی برای چهار نفر، یکی برای ده نفر."),
            ("پذیرش", "نامه‌ها را تحویل می‌گیریم، به مهمانتان خوشامد می‌گوییم و ساعت سه قهوه دم می‌کنیم."),
            later="رزرو بعداً باز می‌شود و جاهای خالی همین‌جا خواهد بود. تا آن روز سری به ما بزنید یا چند خط بنویسید.",
        ),
    },
)
