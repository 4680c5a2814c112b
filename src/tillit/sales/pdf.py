"""An invoice as a tagged PDF in its reader's language, from left to right and from right to left. No picture of
anybody stands in it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, get_language_bidi, pgettext
from django.utils.translation import gettext as _

from tillit.kernel import formats
from tillit.sales import shown
from tillit.sales.models import Invoice

PAGE = Path(__file__).with_name("invoice.typ")
FONTS = Path(__file__).parents[1] / "web" / "static" / "vendor" / "print"


def draw(invoice: Invoice) -> bytes:
    """The PDF in the active language. What people typed is data to the page, never markup."""
    import typst  # native code of some size: loaded by whoever draws

    said, language = shown.page(invoice), get_language() or "en"
    seller, buyer = said["seller"], said["buyer"]
    day = [
        (label, formats.format_date(value, language, "long"))
        for label, value in (
            (_("Date"), invoice.issued), (_("Work done until"), invoice.supplied),
            (_("To be paid by"), invoice.due if invoice.kind == "invoice" else None),
        ) if value
    ]  # fmt: skip
    sums = [
        (_("Without VAT"), said["net"]), *((_("VAT %(rate)s") % {"rate": rate}, vat) for rate, vat in said["vat"]),
        (_("In all"), said["gross"]), *([(_("Tax reduction (RUT)"), said["reduction"])] if said["reduction"] else []),
    ]  # fmt: skip
    facts = [
        *([(_("Organisation number"), seller["number"])] if seller.get("number") else []),
        *([(_("VAT number"), seller["vat_number"])] if seller.get("vat_number") else []),
        *([("", _("Approved for F tax"))] if seller.get("f_tax") else []),
    ]
    data = {
        "title": said["title"], "language": language, "direction": "rtl" if get_language_bidi() else "ltr",
        "seller": [seller.get("name", ""), seller.get("address", "")], "to": pgettext("invoice", "To"),
        "buyer": [buyer.get("name", ""), buyer.get("address", "")], "days": day,
        "heads": [_("What"), _("How many"), _("Price"), _("VAT"), _("Sum")],
        "lines": [[one[key] for key in ("text", "quantity", "price", "rate", "sum")] for one in said["lines"]],
        "sums": sums, "to_pay": [_("To pay"), said["to_pay"]], "note": said["note"],
        "ways": [*said["ways"], *([(_("Reference (OCR)"), said["ocr"])] if said["ocr"] else [])],
        "facts": facts,
        "credits": _("Takes back invoice %(number)s.") % {"number": said["credits"]} if said["credits"] else "",
    }  # fmt: skip
    compiler: Any = typst
    drawn = compiler.compile(
        _page(), font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"said": json.dumps(data)}
    )
    assert isinstance(drawn, bytes)
    return drawn


@cache
def _page() -> bytes:
    return PAGE.read_bytes()
