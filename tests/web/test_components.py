"""The parts that pages are made of: what they write, in three languages, under a strict policy."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, QueryDict
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from tillit.kernel import formats
from tillit.web.templatetags.calendars import week_calendar
from tillit.web.templatetags.marks import initials

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src/tillit/web"
CSS = WEB / "static/web/css"
LANGUAGES = ("sv", "en", "fa")
PAGES = ("web/gallery.html", "web/start.html", "400.html", "403.html", "404.html", "500.html", "503.html")
MEETING = datetime(2027, 3, 18, 13, 0, tzinfo=UTC)


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def render(source: str, **context: Any) -> str:
    return Template("{% load i18n ui %}" + source).render(Context(context))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()


# ---- colours: AA in both schemes, computed from the tokens themselves


def tokens() -> dict[str, tuple[str, str]]:
    css = (CSS / "tokens.css").read_text()
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    return {name: (light, dark) for name, light, dark in pairs}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two sRGB colours."""

    def luminance(colour: str) -> float:
        channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("ground", "surface", "sunk")],
    *[("spruce", ground) for ground in ("ground", "surface", "spruce-tint")],
    *[(f"{name}-ink", f"{name}-tint") for name in ("moss", "honey", "lingon", "sky")],
    *[("ink", f"{name}-tint") for name in ("moss", "honey", "lingon", "sky", "spruce")],
    *[("ink-2", f"{name}-tint") for name in ("honey", "sky", "spruce")],
    ("ink-3", "honey-tint"),
    ("lingon-ink", "ground"),
    ("on-spruce", "spruce"),
    ("on-spruce", "spruce-2"),
    ("on-toast", "toast"),
    ("toast-link", "toast"),
]
SHAPE_PAIRS = [("line-2", "ground"), ("line-2", "surface"), ("honey-line", "ground"), ("lingon", "ground"),
               ("sky", "ground"), ("spruce", "ground")]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "needed"),
    [(a, b, 4.5) for a, b in TEXT_PAIRS] + [(a, b, 3.0) for a, b in SHAPE_PAIRS],
)
def test_contrast(front: str, back: str, needed: float, scheme: int) -> None:
    known = tokens()
    assert contrast(known[front][scheme], known[back][scheme]) >= needed


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_accent_is_seen_on_the_ground(scheme: int) -> None:
    from tillit.identity.models import ACCENTS

    css = (CSS / "tokens.css").read_text()
    found = re.findall(r'\[data-accent="(\w+)"\] \{ --accent: light-dark\((#\w{6}), (#\w{6})\)', css)
    accents = {name: (light, dark) for name, light, dark in found}
    assert set(accents) == set(ACCENTS)
    for values in accents.values():
        assert contrast(values[scheme], tokens()["ground"][scheme]) >= 4.5


def test_the_plain_values_for_old_browsers_are_the_light_ones() -> None:
    css = (CSS / "tokens.css").read_text()
    before = css[: css.index("@supports")]
    for name, (light, _dark) in tokens().items():
        assert f"--{name}: {light};" in before


# ---- style sheets and scripts


def test_style_sheets_are_small_and_run_in_both_directions() -> None:
    sheets = list(CSS.glob("*.css"))
    assert sum(sheet.stat().st_size for sheet in sheets) < 70_000
    sided = re.compile(
        r"(?:^|[;{\s])(?:margin|padding|border)-(?:left|right)\b|(?:^|[;{\s])(?:left|right)\s*:"
        r"|text-align:\s*(?:left|right)|float\s*:\s*(?:left|right)",
        re.M,
    )
    for sheet in sheets:
        text = sheet.read_text()
        assert not sided.findall(text), sheet.name
        assert "http" not in text


def test_our_scripts_are_small_and_call_nobody() -> None:
    scripts = list((WEB / "static/web/js").glob("*.js"))
    assert sum(script.stat().st_size for script in scripts) < 18_000  # of all pages together
    for script in scripts:
        assert script.stat().st_size < 2_500, script.name
        text = script.read_text()
        assert not re.search(r"https?://|\beval\b|innerHTML|\.style\b|localStorage", text), script.name


def test_vendored_files_are_what_their_list_says() -> None:
    assert tool("vendor").check() == []


def test_every_icon_and_drawing_that_is_named_exists() -> None:
    icons = set(re.findall(r'id="i-([\w-]+)"', (WEB / "static/web/img/icons.svg").read_text()))
    drawings = set(re.findall(r'id="d-([\w-]+)"', (WEB / "static/web/img/drawings.svg").read_text()))
    for path in (ROOT / "src/tillit").rglob("templates/**/*.html"):
        text = path.read_text()
        assert set(re.findall(r'{% icon "([\w-]+)"', text)) <= icons, path
        assert set(re.findall(r'icon(?:_name)?="([\w-]+)"', text)) <= icons, path
        assert set(re.findall(r'{% drawing "(\w+)"|picture="(\w+)"', text)) <= {
            *((d, "") for d in drawings),
            *(("", d) for d in drawings),
        }, path


# ---- pages


class Page(HTMLParser):
    """What a strict policy and a reader of headings look for in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.bad: list[str] = []
        self.headings: list[int] = []
        self.text = text
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = dict(attrs)
        if "style" in have or tag == "style":
            self.bad.append(f"style on {tag}")
        self.bad += [f"{name} on {tag}" for name in have if name.startswith("on")]
        if tag == "script" and not have.get("src"):
            self.bad.append("script in the page")
        for name in ("src", "href", "action"):
            if re.match(r"(?:https?:)?//", have.get(name) or ""):
                self.bad.append(f"another host: {have[name]}")
        if have.get("id"):
            self.ids.append(str(have["id"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_pages_hold_under_a_strict_policy(name: str, language: str) -> None:
    organisations = [{"name": "Kontoret", "slug": "kontoret", "colour": "brick", "about": {"en": {"lead": "Invoices"}}}]
    with translation.override(language):
        page = Page(get_template(name).render({"organisations": organisations}))
    assert page.bad == []
    assert len(page.ids) == len(set(page.ids)), [i for i in page.ids if page.ids.count(i) > 1]
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert f'lang="{language}"' in page.text
    assert f'dir="{"rtl" if language == "fa" else "ltr"}"' in page.text


def test_the_catalogue_of_our_own_sentences_is_complete() -> None:
    messages = tool("messages")
    said = messages.source_messages()
    ours = {key: m for key, m in said.items() if any("/web/templatetags/" in p for p in m.places)}
    assert len(ours) > 30
    for language in LANGUAGES:
        wrong = messages.problems(language, ours)
        assert [line for line in wrong if not line.startswith("stale")] == []


def test_the_shell_says_who_answers_and_wears_the_accent() -> None:
    organisation = {
        "name": "Tidboken AB", "slug": "tidboken", "colour": "indigo", "number": "559402-1187",
        "address": "Bastugatan 21", "publisher": "Jonas Ek", "contact_email": "hej@tidboken.example",
        "languages": ["sv", "fa"],
    }  # fmt: skip
    request = HttpRequest()
    request.path = "/o/tidboken/"
    request.GET = QueryDict("day=2027-03-18&language=sv")
    request.COOKIES["theme"] = "dark"
    nav = [{"label": "Start", "url": "/o/tidboken/"}]
    shell = "{% extends 'shells/public.html' %}"
    with translation.override("sv"):
        page = Template(shell).render(Context({"organisation": organisation, "request": request, "nav_items": nav}))
    assert 'data-accent="indigo"' in page and 'data-theme="dark"' in page
    for words in ("Tidboken AB", "559402-1187", "Bastugatan 21", "Ansvarig utgivare: Jonas Ek"):
        assert words in page
    assert 'href="/o/tidboken/?day=2027-03-18&amp;language=fa" lang="fa"' in page
    assert 'lang="en" hreflang' not in page
    assert '<a href="/o/tidboken/" aria-current="page">Start</a>' in page


# ---- parts


def test_names_are_written_safely_everywhere() -> None:
    evil = '<script>alert("x")</script>'
    out = render(
        "{% face name label=name %}{% chip name %}{% sees who=name url=name action=name %}{% button name href=name %}"
        "{% timeline items %}{% offers items label=name %}{% card label=name %}{{ name }}{% endcard %}"
        "{% empty title=name %}{{ name }}{% endempty %}{% dialog name title=name %}{{ name }}{% enddialog %}"
        "{% summary_card start=start zone='UTC' title=name note=name rows=rows label=name %}"
        "{{ name }}{% endsummary_card %}"
        "{% slot_list slots zone='UTC' name=name legend=name %}{% tabs items label=name %}",
        name=evil,
        start=MEETING,
        rows=[(evil, evil)],
        items=[{"title": evil, "note": evil, "when": evil, "label": evil, "url": evil}],
        slots=[{"start": MEETING, "note": evil, "url": evil}],
    )
    assert "<script" not in out and "&lt;script" in out


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Helena Lind", "HL"),
        ("Anna Maria von Essen", "AE"),
        ("åsa", "Å"),
        ("مریم احمدی", "م\u200c ا"),
        ("\u202e😀 Bo", "B"),
        ("😀", "·"),
        ("", "·"),
        ("ßen", "S"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_ring_tells_soon_over_and_law() -> None:
    assert "ring-soon" not in render("{% ring 0.5 %}")
    assert "ring-soon" in render("{% ring 0.2 %}")
    assert "ring-over" in render("{% ring 0 %}") and "0 100" in render("{% ring -3 %}")
    assert "ring-law" in render("{% ring 1 law=True %}")


def test_the_visibility_line() -> None:
    day = date(2027, 4, 17)
    assert plain(render("{% sees who='Helena Lind' until=day %}", day=day)) == "Seen by Helena Lind until 17 April 2027"
    assert plain(render("{% sees %}")) == "Nobody else sees this"
    with translation.override("fa"):
        assert "تا ۲۸ فروردین ۱۴۰۶" in plain(render("{% sees who='x' until=day %}", day=day))


def test_an_instant_is_never_shown_without_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        render("{{ start|date_words }}", start=MEETING)
    with pytest.raises(ValueError, match="zone"):
        render("{% sees who='x' until=start %}", start=MEETING)


class SampleForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="For the confirmation.")
    nickname = forms.CharField(required=False)
    reach = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agree = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput)


def test_fields_are_tied_to_label_hint_and_error() -> None:
    out = render("{% form_fields form %}", form=SampleForm({"email": "x", "token": "t"}))
    assert 'for="id_email"' in out and 'aria-describedby="id_email_helptext id_email_error"' in out
    assert 'id="id_email_helptext"' in out and 'id="id_email_error"' in out
    assert re.search(r'id="id_email"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_email"', out)
    assert "3 things to mend" in out and 'href="#id_email"' in out
    assert plain(out).count("if you like") == 1
    assert '<fieldset class="field is-wrong" aria-describedby="id_reach_error">' in out
    assert out.count('name="token"') == 1


def test_no_errors_no_summary() -> None:
    assert plain(render("{% form_errors form %}", form=SampleForm())) == ""


def test_a_month_to_choose_from() -> None:
    grid = formats.month_grid(2027, 3, "gregorian", formats.SUNDAY, "en")
    states = {
        date(2027, 3, 15): "full",
        date(2027, 3, 18): {"state": "free", "url": "?day=18"},
        date(2027, 3, 26): {"state": "few", "url": "?day=26", "note": "one time left"},
    }
    out = render(
        "{% calendar_month grid states picked=picked today=today following_url='?month=4' %}",
        grid=grid,
        states=states,
        picked=date(2027, 3, 18),
        today=date(2027, 3, 12),
    )
    said = out.replace(formats.NBSP, " ")
    assert 'aria-label="Friday 26 March, one time left"' in said
    assert re.search(r'<a class="day day-free day-picked" id="day-2027-03-18"[^>]*aria-current="date"', said)
    assert '<span class="day day-full">15<span class="vh">, fully booked</span></span>' in said
    assert '<span class="day day-today" aria-current="date">12</span>' in said
    assert "April 2027" in said and "February 2027" not in said


def test_both_clocks_beside_every_time() -> None:
    out = render(
        "{% slot_list starts zone='America/New_York' other_zone='Europe/Stockholm' picked=start %}",
        starts=[MEETING],
        start=MEETING,
    )
    assert "9:00 am 14:00 in Stockholm" in plain(out).replace(formats.NBSP, " ")
    assert 'value="2027-03-18T13:00:00+00:00" required checked' in out
    same = render("{% slot_list starts zone='Europe/Oslo' other_zone='Europe/Stockholm' %}", starts=[MEETING])
    assert "Stockholm" not in same


def test_another_day_there_is_named() -> None:
    late = datetime(2027, 3, 18, 1, 0, tzinfo=UTC)
    out = render("{% slot_list starts zone='America/New_York' other_zone='Europe/Stockholm' %}", starts=[late])
    assert "Thu 02:00 in Stockholm" in plain(out)


def test_a_time_that_comes_twice_in_an_autumn_night_is_told_apart() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    out = plain(
        render("{% slot_list starts zone='America/New_York' %}", starts=[first, first + timedelta(hours=1)])
    ).replace(formats.NBSP, " ")
    assert "1:30 am (UTC−4)" in out and "1:30 am (UTC−5)" in out


def test_zone_strip_says_how_far_apart() -> None:
    tag = "{% zone_strip start zone='America/New_York' other_zone='Europe/Stockholm' other_name='Helena' %}"
    out = plain(render(tag, start=MEETING)).replace(formats.NBSP, " ")
    assert "You, in New York 9:00 am" in out and "5 hours" in out and "Helena, in Stockholm 14:00" in out


def _week(events: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    with translation.override("en"):
        return week_calendar(date(2027, 3, 15), events, "Europe/Stockholm", **more)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour - 1, minute, tzinfo=UTC)


def test_a_week_places_events_by_the_hosts_clock() -> None:
    week = _week([{"start": _at(18, 14), "end": _at(18, 14, 45), "title": "Grace"}])
    event = week["days"][3]["events"][0]
    assert event["css"].startswith("at h14 m0 for dh0 dm45")
    assert week["window"] == "from8 hours10"


def test_a_week_grows_to_show_early_late_and_across_midnight() -> None:
    week = _week([{"start": _at(18, 22), "end": _at(19, 2), "title": "Night"}])
    assert week["window"] == "from0 hours24"
    assert week["days"][3]["events"][0]["css"].startswith("at h22 m0 for dh2 dm0")
    assert week["days"][4]["events"][0]["css"].startswith("at h0 m0 for dh2 dm0")


def test_overlapping_events_stand_side_by_side() -> None:
    spans = [(9, 11), (10, 12), (11, 13), (15, 16)]
    week = _week([{"start": _at(15, a), "end": _at(15, b), "title": str(a)} for a, b in spans])
    lanes = {e["title"]: re.findall(r"lane-\d of-\d", e["css"]) for e in week["days"][0]["events"]}
    assert lanes == {"9": ["lane-0 of-2"], "10": ["lane-1 of-2"], "11": ["lane-0 of-2"], "15": []}


def test_every_place_in_the_week_has_its_class() -> None:
    css = (CSS / "hours.css").read_text()
    for name in ("h24", "m59", "dh24", "dm59", "from23", "hours24"):
        assert f".{name}{{" in css


def test_open_hours_are_cut_to_the_window() -> None:
    week = _week([], open_spans=[(_at(15, 7), _at(15, 9, 30))], now=_at(18, 12, 20))
    assert week["days"][0]["open"] == ["at h8 m0 for dh1 dm30"]
    assert week["days"][3]["now"] == "at h12 m20" and week["days"][3]["today"]


def test_pages_keep_the_query() -> None:
    from django.core.paginator import Paginator

    request = HttpRequest()
    request.GET = QueryDict("q=anna&page=2")
    page = Paginator(range(30), 10).page(2)
    out = render("{% pagination page %}", page=page, request=request)
    assert "?q=anna&amp;page=1" in out and "?q=anna&amp;page=3" in out and "2/3" in out


def test_toasts_stay_when_something_is_wrong() -> None:
    out = render("{% toasts messages %}", messages=[{"level_tag": "error"}, {"level_tag": "success"}])
    assert out.count('data-toast="stays"') == 1 and 'role="status"' in out


# ---- the catalogue's tool


def test_messages_are_found_merged_and_checked(tmp_path: Path) -> None:
    messages = tool("messages")
    source, locale = tmp_path / "tillit", tmp_path / "locale"
    (source / "templates").mkdir(parents=True)
    (source / "a.py").write_text(
        "from django.utils.translation import gettext_lazy as lazy, ngettext\n"
        "lazy('Held by %(who)s')\nngettext('%(n)s day', '%(n)s days', 2)\n"
    )
    (source / "templates/a.html").write_text(
        "  {% load i18n %}\n{% translate \"It's (here\" %} {# comment #} 'x\n"
        "{% blocktranslate trimmed with n=1 %}\n  Dear <b>{{ n }}</b>,\n  100% yours\n{% endblocktranslate %}"
    )
    found = messages.source_messages(source)
    assert {key[1] for key in found} == {
        "Held by %(who)s", "%(n)s day", "It's (here", "Dear <b>%(n)s</b>, 100%% yours"
    }  # fmt: skip
    path = messages.catalogue_path("sv", locale)
    path.parent.mkdir(parents=True)
    messages.merge("sv", found, locale).save(str(path))
    assert sum("untranslated" in line for line in messages.problems("sv", found, locale)) == 4

    po = messages.load("sv", locale)
    for entry in po:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: "%(n)s dag", 1: "%(n)s dagar"}
        else:
            entry.msgstr = {"It's (here": "Här"}.get(entry.msgid, "Hos %(vem)s")
    po.save(str(path))
    lost = [line for line in messages.problems("sv", found, locale) if "placeholders" in line]
    assert len(lost) == 2

    (source / "a.py").write_text("from django.utils.translation import gettext\ngettext('Held now by %(who)s')\n")
    changed = messages.source_messages(source)
    assert any(line.startswith("stale") for line in messages.problems("sv", changed, locale))
    messages.merge("sv", changed, locale).save(str(path))
    assert [line for line in messages.problems("sv", changed, locale) if line.startswith("fuzzy")]
    assert messages.compile_all(locale)[0].exists()


WIDE = (
    '{% load ui %}{% table caption="Who" %}<thead><tr><th scope="col">When</th>'
    '<th scope="col">By "whom" &amp; why</th>\n<th scope="col">Until</th></tr></thead><tbody>'
    '{% for name in names %}<tr><th scope="row">1</th><td class="num"><bdi>{{ name }}</bdi>\n</td><td></td></tr>'
    "{% endfor %}</tbody>{% endtable %}"
)


def test_a_wide_table_says_at_each_cell_what_it_is():
    page = Template(WIDE).render(Context({"names": ["<b>Eve</b>", "Ali"]}))
    assert page.count('data-label="By &quot;whom&quot; &amp; why"') == 2
    assert page.count('role="rowheader" data-label="When"') == 2
    assert (
        '<td class="num" role="cell" data-label="By &quot;whom&quot; &amp; why"><div><bdi>Ali</bdi></div></td>' in page
    )
    assert "<b>Eve" not in page and "&lt;b&gt;Eve" in page
    assert page.count('role="columnheader"') == 3 and page.count('role="row"') == 3


def test_a_narrow_table_stays_as_it_is():
    page = Template(
        '{% load ui %}{% table caption="Two" %}<thead><tr><th>A</th><th>B</th></tr></thead>'
        "<tbody><tr><td>1</td><td>2</td></tr></tbody>{% endtable %}"
    ).render(Context())
    assert "data-label" not in page and "<td>1</td>" in page
