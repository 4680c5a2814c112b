"""The ethical code that holds where an organisation has written none of its own: its first version, in the languages of
the product. Whoever accepted a version accepted these very words, so they are no entries of the catalogue."""

from __future__ import annotations

FIRST: dict[str, str] = {
    "en": (
        "I come when I have said that I come, and say so early when I cannot.\n"
        "I treat everybody with respect, whatever their faith, origin, age, sex, ability or way of living.\n"
        "I keep to myself what I see and hear in other people’s homes.\n"
        "I take no pictures and share nothing of those I help without asking them first.\n"
        "I never use violence, threats or punishment. Children and those who depend on others are safe with me.\n"
        "I take no presents of value and neither borrow nor lend money.\n"
        "I do only what I have learnt, and say so when something is beyond me.\n"
        "In an emergency I call 112 first, help as well as I can, and then tell the family.\n"
        "When I have done wrong, or fear for somebody, I say so."
    ),
    "sv": (
        "Jag kommer när jag har sagt att jag kommer, och säger till i god tid när jag inte kan.\n"
        "Jag möter alla med respekt, oavsett tro, ursprung, ålder, kön, förmåga eller sätt att leva.\n"
        "Det jag ser och hör hemma hos andra behåller jag för mig själv.\n"
        "Jag tar inga bilder och delar ingenting om dem jag hjälper utan att fråga först.\n"
        "Jag använder aldrig våld, hot eller bestraffning. Barn och de som är beroende av andra är trygga hos mig.\n"
        "Jag tar inte emot presenter av värde och varken lånar eller lånar ut pengar.\n"
        "Jag gör bara det jag har lärt mig, och säger till när något är mer än jag klarar.\n"
        "I en nödsituation ringer jag först 112, hjälper så gott jag kan och berättar sedan för familjen.\n"
        "När jag har gjort fel, eller är orolig för någon, säger jag det."
    ),
    "fa": (
        "وقتی گفته‌ام می‌آیم، می‌آیم؛ و اگر نتوانم، زود خبر می‌دهم.\n"
        "با همه با احترام رفتار می‌کنم، با هر باور، تبار، سن، جنسیت، توانایی یا شیوهٔ زندگی.\n"
        "آنچه را در خانهٔ دیگران می‌بینم و می‌شنوم، پیش خودم نگه می‌دارم.\n"
        "بدون اجازه از کسانی که به آنها کمک می‌کنم عکس نمی‌گیرم و چیزی از آنها را با کسی در میان نمی‌گذارم.\n"
        "هرگز از خشونت، تهدید یا تنبیه استفاده نمی‌کنم. کودکان و کسانی که به دیگران وابسته‌اند نزد من در امان‌اند.\n"
        "هدیهٔ گران‌بها نمی‌پذیرم و پول قرض نمی‌گیرم و قرض نمی‌دهم.\n"
        "فقط کاری را می‌کنم که یاد گرفته‌ام، و اگر کاری از توانم بیرون باشد، می‌گویم.\n"
        "در وضعیت اضطراری اول با ۱۱۲ تماس می‌گیرم، تا جایی که بتوانم کمک می‌کنم و بعد به خانواده خبر می‌دهم.\n"
        "اگر اشتباهی کرده باشم یا نگران کسی باشم، آن را می‌گویم."
    ),
}
