"""Names of days, months, units and cities in the three languages of the product.

Weekdays are counted as Python counts them: Monday is 0. Months are lists of twelve.
"""

from __future__ import annotations

from typing import Final

ZWNJ: Final = "\u200c"

WEEKDAYS: Final[dict[str, tuple[str, ...]]] = {
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fa": (
        "دوشنبه",
        f"سه{ZWNJ}شنبه",
        "چهارشنبه",
        "پنجشنبه",
        "جمعه",
        "شنبه",
        "یکشنبه",
    ),
}

WEEKDAYS_SHORT: Final[dict[str, tuple[str, ...]]] = {
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fa": ("د", "س", "چ", "پ", "ج", "ش", "ی"),
}

MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "fa": (
        "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن",
        "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
    ),
}  # fmt: skip

MONTHS_SHORT: Final[dict[str, tuple[str, ...]]] = {
    "sv": ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fa": MONTHS["fa"],
}

JALALI_MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "fa": (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
        "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
    "latin": (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
}  # fmt: skip

# unit: (one, other); Persian counts without a plural
UNITS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "sv": {
        "minute": ("minut", "minuter"),
        "hour": ("timme", "timmar"),
        "day": ("dag", "dagar"),
        "week": ("vecka", "veckor"),
        "month": ("månad", "månader"),
        "year": ("år", "år"),
    },
    "en": {
        "minute": ("minute", "minutes"),
        "hour": ("hour", "hours"),
        "day": ("day", "days"),
        "week": ("week", "weeks"),
        "month": ("month", "months"),
        "year": ("year", "years"),
    },
    "fa": {
        "minute": ("دقیقه", "دقیقه"),
        "hour": ("ساعت", "ساعت"),
        "day": ("روز", "روز"),
        "week": ("هفته", "هفته"),
        "month": ("ماه", "ماه"),
        "year": ("سال", "سال"),
    },
}

AHEAD: Final = {"sv": "om {}", "en": "in {}", "fa": "{} دیگر"}
AGO: Final = {"sv": "för {} sedan", "en": "{} ago", "fa": "{} پیش"}
NOW: Final = {"sv": "nu", "en": "now", "fa": f"هم{ZWNJ}اکنون"}
NEAR_DAYS: Final = {
    "sv": {-1: "i går", 0: "i dag", 1: "i morgon"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
    "fa": {-1: "دیروز", 0: "امروز", 1: "فردا"},
}

# the unit's name as it is written after (or, marked "<", before) the sum
CURRENCIES: Final[dict[str, dict[str, str]]] = {
    "SEK": {"sv": "kr", "en": "SEK", "fa": "کرون"},
    "NOK": {"sv": "NOK", "en": "NOK", "fa": "کرون نروژ"},
    "DKK": {"sv": "DKK", "en": "DKK", "fa": "کرون دانمارک"},
    "EUR": {"sv": "€", "en": "<€", "fa": "یورو"},
    "GBP": {"sv": "£", "en": "<£", "fa": "پوند"},
    "USD": {"sv": "USD", "en": "<$", "fa": "دلار"},
    "IRR": {"sv": "toman", "en": "toman", "fa": "تومان"},
}

# Zones that go by another city's clock or an old spelling.
CITY_ALIASES: Final = {
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Asia/Rangoon": "Asia/Yangon",
    "Europe/Kiev": "Europe/Kyiv",
    "Iran": "Asia/Tehran",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "US/Eastern": "America/New_York",
    "US/Central": "America/Chicago",
    "US/Mountain": "America/Denver",
    "US/Pacific": "America/Los_Angeles",
}

CITIES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "America/Sao_Paulo": "São Paulo",
        "Europe/Zurich": "Zürich",
        "Etc/UTC": "UTC",
        "Etc/GMT": "GMT",
    },
    "sv": {
        "Africa/Cairo": "Kairo",
        "America/Havana": "Havanna",
        "America/Sao_Paulo": "São Paulo",
        "Asia/Baghdad": "Bagdad",
        "Asia/Damascus": "Damaskus",
        "Asia/Hong_Kong": "Hongkong",
        "Asia/Kolkata": "Kolkata",
        "Asia/Riyadh": "Riyadh",
        "Asia/Tehran": "Teheran",
        "Asia/Yerevan": "Jerevan",
        "Atlantic/Reykjavik": "Reykjavik",
        "Etc/UTC": "UTC",
        "Etc/GMT": "GMT",
        "Europe/Athens": "Aten",
        "Europe/Belgrade": "Belgrad",
        "Europe/Brussels": "Bryssel",
        "Europe/Bucharest": "Bukarest",
        "Europe/Copenhagen": "Köpenhamn",
        "Europe/Helsinki": "Helsingfors",
        "Europe/Kyiv": "Kyjiv",
        "Europe/Lisbon": "Lissabon",
        "Europe/Moscow": "Moskva",
        "Europe/Prague": "Prag",
        "Europe/Rome": "Rom",
        "Europe/Vienna": "Wien",
        "Europe/Warsaw": "Warszawa",
        "Europe/Zurich": "Zürich",
    },
    "fa": {
        "Africa/Cairo": "قاهره",
        "Africa/Johannesburg": "ژوهانسبورگ",
        "Africa/Lagos": "لاگوس",
        "Africa/Nairobi": "نایروبی",
        "America/Argentina/Buenos_Aires": "بوئنوس آیرس",
        "America/Chicago": "شیکاگو",
        "America/Denver": "دنور",
        "America/Los_Angeles": f"لس{ZWNJ}آنجلس",
        "America/Mexico_City": "مکزیکوسیتی",
        "America/New_York": "نیویورک",
        "America/Phoenix": "فینیکس",
        "America/Sao_Paulo": "سائوپائولو",
        "America/Toronto": "تورنتو",
        "America/Vancouver": "ونکوور",
        "Asia/Ashgabat": f"عشق{ZWNJ}آباد",
        "Asia/Baghdad": "بغداد",
        "Asia/Baku": "باکو",
        "Asia/Bangkok": "بانکوک",
        "Asia/Beirut": "بیروت",
        "Asia/Damascus": "دمشق",
        "Asia/Doha": "دوحه",
        "Asia/Dubai": "دبی",
        "Asia/Dushanbe": "دوشنبه (تاجیکستان)",
        "Asia/Hong_Kong": f"هنگ{ZWNJ}کنگ",
        "Asia/Kabul": "کابل",
        "Asia/Karachi": "کراچی",
        "Asia/Kolkata": "کلکته",
        "Asia/Kuwait": "کویت",
        "Asia/Muscat": "مسقط",
        "Asia/Riyadh": "ریاض",
        "Asia/Seoul": "سئول",
        "Asia/Shanghai": "شانگهای",
        "Asia/Singapore": "سنگاپور",
        "Asia/Tashkent": "تاشکند",
        "Asia/Tbilisi": "تفلیس",
        "Asia/Tehran": "تهران",
        "Asia/Tokyo": "توکیو",
        "Asia/Yerevan": "ایروان",
        "Atlantic/Reykjavik": "ریکیاویک",
        "Australia/Melbourne": "ملبورن",
        "Australia/Sydney": "سیدنی",
        "Etc/UTC": "ساعت جهانی",
        "Etc/GMT": "گرینویچ",
        "Europe/Amsterdam": "آمستردام",
        "Europe/Athens": "آتن",
        "Europe/Berlin": "برلین",
        "Europe/Brussels": "بروکسل",
        "Europe/Bucharest": "بخارست",
        "Europe/Budapest": "بوداپست",
        "Europe/Copenhagen": "کپنهاگ",
        "Europe/Dublin": "دوبلین",
        "Europe/Helsinki": "هلسینکی",
        "Europe/Istanbul": "استانبول",
        "Europe/Kyiv": f"کی{ZWNJ}یف",
        "Europe/Lisbon": "لیسبون",
        "Europe/London": "لندن",
        "Europe/Madrid": "مادرید",
        "Europe/Moscow": "مسکو",
        "Europe/Oslo": "اسلو",
        "Europe/Paris": "پاریس",
        "Europe/Prague": "پراگ",
        "Europe/Rome": "رم",
        "Europe/Stockholm": "استکهلم",
        "Europe/Vienna": "وین",
        "Europe/Warsaw": "ورشو",
        "Europe/Zurich": "زوریخ",
        "Pacific/Auckland": "اوکلند",
    },
}
