"""What is asked of whoever sets up a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tillit.notify.models import Webhook
from tillit.notify.webhooks import actions
from tillit.privacy import processors


class WebhookForm(forms.Form):
    """Who is told, where, and of what."""

    receiver = forms.ChoiceField(label=gettext_lazy("Receiver"), choices=())
    url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Tell it of"), choices=(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, hook: Webhook | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["events"].choices = [(name, says) for name, says in actions.events.items() if says]
        if hook:
            del self.fields["receiver"]
        else:
            fields["receiver"].choices = receivers()


def receivers() -> list[tuple[str, str]]:
    """The organisation's registered receivers that are still used."""
    return processors.keys()
