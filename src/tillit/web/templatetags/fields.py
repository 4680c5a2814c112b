"""Forms: a field with its label, hint and error; the summary of what needs mending; a whole form."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.forms.boundfield import BoundField

from tillit.web.templatetags.library import register

_FIELDSETS = {"radioselect", "checkboxselectmultiple"}
_FILES = {"file", "clearablefile"}


@register.inclusion_tag("components/field.html")
def field(
    field: BoundField, label: str = "", hint: str = "", switch: bool = False, sends: bool = False
) -> dict[str, Any]:
    """{% field form.email %}: label, control, hint and error, tied together for every reader.

    `switch=True` draws a single checkbox as a switch; `sends=True` lets a change send the form.
    A field that is not required says "if you like".
    """
    kind = field.widget_type
    grouped = kind in _FIELDSETS
    attrs: dict[str, Any] = {}
    if kind == "checkbox":
        if switch:
            attrs = {"class": "switch", "role": "switch"}
    elif not grouped and kind not in _FILES:
        attrs["class"] = "input"
    if sends:
        attrs["data-sends"] = ""
    hint_text = hint or field.help_text
    described = [f"{field.auto_id}_helptext"] if hint_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    if described and not grouped:
        attrs["aria-describedby"] = " ".join(described)
    return {
        "field": field,
        "label": label or field.label,
        "hint": hint_text,
        "control": "" if field.is_hidden or grouped else field.as_widget(attrs=attrs),
        "described": " ".join(described),
        "kind": "group" if grouped else "file" if kind in _FILES else kind,
        "optional": not field.field.required and kind != "checkbox",
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """{% form_errors form %}: what needs mending, with a link to each field; nothing when all is well."""
    wrong = [bound for bound in form if bound.errors and not bound.is_hidden] if form.is_bound else []
    hidden = [e for bound in form.hidden_fields() for e in bound.errors] if form.is_bound else []
    general = [*form.non_field_errors(), *hidden] if form.is_bound else []
    return {"wrong": wrong, "general": general, "count": len(wrong) + len(general)}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """{% form_fields form %}: the summary of errors and all fields of a form, in order."""
    return {"form": form}
