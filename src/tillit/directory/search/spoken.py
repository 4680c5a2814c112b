"""A question in the reader's words: as its kept search is named, and as "My data" shows it."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.directory import queries, telling
from tillit.directory.search import results
from tillit.directory.search.question import Question, read
from tillit.kernel import formats


def words(one: Question) -> str:
    """What was asked for: service, place, time, languages, ages and words, "" for nothing."""
    language = get_language() or "en"
    names = {category.pk: category for category in queries.categories(retired=True)}
    said = [telling.category_words(names[one.service])] if one.service in names else []
    if one.place:
        km = formats.format_number(one.km, language)
        said.append(_("%(place)s and up to %(km)s km from its middle") % {"place": one.place.shown, "km": km})
    said += [results.when(one, language)] if one.day else []
    said += [telling.words("languages", one.languages), telling.words("ages", one.ages), one.text]
    return formats.join_words([part for part in said if part], language)


def of_address(address: str) -> str:
    """The same of a question as it is kept (Question.address)."""
    return words(read(QueryDict(address), zone="UTC")) or _("Everybody")
