"""Pages and help can be found: the pages in the navigation of whoever asks, and every article of the help."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from tillit.kernel import finding
from tillit.web import context, help


def pages(asked: finding.Asked) -> finding.Answer:
    """The pages of the navigation, the account menu and the foot, by what they are called there."""
    found: dict[str, finding.Hit] = {}
    for place, (label, url) in enumerate(_links(asked)):
        why = asked.match([label])
        if why is not None:
            found.setdefault(url, finding.Hit(label, url, why, order=place))
    return finding.Answer(finding.best(found.values()))


def articles(asked: finding.Asked) -> finding.Answer:
    """The help, by its titles and its text."""
    found = [(asked.match([str(one.title)], [str(one.summary), help.text_of(one)]), one) for one in help.ARTICLES]
    return finding.Answer(
        finding.best(
            finding.Hit(str(one.title), help.address(one, asked.slug), why, str(one.summary), place)
            for place, (why, one) in enumerate(found)
            if why is not None
        )
    )


def _links(asked: finding.Asked) -> Iterator[tuple[str, str]]:
    if asked.request is None:
        return
    shell = context.shell(asked.request)
    for key in ("nav_items", "account_items", "foot_links"):
        for item in shell[key]:
            yield str(item["label"]), item["url"]


finding.declare(finding.Source("pages", _("Pages"), "paper", pages, place=70))
finding.declare(finding.Source("help", _("Help"), "info", articles, place=80))
