"""The documents' promises hold on the product, and turn red when the defence behind each is switched off."""

from __future__ import annotations

from unittest import mock

from tests.conftest import privileged
from tests.privacy.test_sabotage import breaks, holds, sql
from tillit.documents import actions, forms, shown
from tillit.evidence.models import Event
from tillit.kernel.end_tables import End


def test_provider_approves_document(house):
    here = house.organisation
    house.opened()
    with house.as_("Sara"):
        actions.open_it(house.certificate.pk, name="Sara")
    holds(here, "provider-approves-document")
    with sql("create policy leak on documents_document for select to tillit_app using (true)"):
        breaks(here, "provider-approves-document", "documents_document")
    with sql("drop policy leak on documents_document"):
        holds(here, "provider-approves-document")
    with sql("update access_grant set ends = ends + interval '90 days' where scope = 'documents.file'"):
        breaks(here, "provider-approves-document", "longer")
    with sql("update access_grant set ends = ends - interval '90 days' where scope = 'documents.file'"):
        holds(here, "provider-approves-document")
    with privileged():
        Event.objects.filter(name="documents.document.seen").delete()
    breaks(here, "provider-approves-document", "nobody's evidence")


def test_not_vouched(house):
    here = house.organisation
    holds(here, "not-vouched")
    with mock.patch.object(forms.OpenForm.base_fields["accepted"], "required", False):
        breaks(here, "not-vouched", "opens without")
    with mock.patch.object(shown, "title_checked", lambda title, zone: ""):
        breaks(here, "not-vouched", "title on a profile")


def test_certificates_end_with_a_reminder(house):
    holds(house.organisation, "qualification-upkeep")
    with privileged():
        End.objects.filter(kind="documents.expiry").delete()
    breaks(house.organisation, "qualification-upkeep", "without a reminder")
