"""The example in docs/api.md does what it says."""

from __future__ import annotations

import io
import json
import re
from unittest.mock import patch

from django.test import Client

from tests.conftest import ROOT
from tests.web.api.conftest import token_of


def through_the_client(request):
    """What `urlopen` does, asked of our own program."""
    path = request.full_url.removeprefix("http://testserver")
    headers = {name.lower(): value for name, value in request.header_items()}
    answer = Client(headers=headers).generic(
        request.get_method(), path, request.data or b"", content_type=headers["content-type"]
    )
    assert answer.status_code < 300, answer.content
    return io.BytesIO(answer.content)


def test_the_example_runs(desk):
    (source,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.S)
    names = {"SERVER": "http://testserver", "TOKEN": token_of(desk.administrator)}
    with patch("urllib.request.urlopen", through_the_client):
        exec(source, names)
    assert names["booking"]["name"] == "Jonas Ek" and names["gone"]["state"] == "cancelled"
    assert json.dumps(names["mine"][0]["id"]) == json.dumps(names["booking"]["id"])
