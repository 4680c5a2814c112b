"""Requests in lasting threads: what they borrow goes back, and files go out part by part."""

from __future__ import annotations

import asyncio
import threading
import warnings

from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from tests import loops
from tillit.web.handler import TURNS, in_turn


def test_no_more_requests_at_once_than_there_are_turns():
    seen, most, lock = [0], [0], threading.Lock()
    pause = threading.Event()

    def view(request):
        with lock:
            seen[0] += 1
            most[0] = max(most[0], seen[0])
        pause.wait(0.01)
        with lock:
            seen[0] -= 1
        return HttpResponse("ok")

    chain = in_turn(view)

    async def ask():
        return await asyncio.gather(*(chain(RequestFactory().get("/")) for _ in range(TURNS * 4)))

    assert len(loops.run(ask())) == TURNS * 4
    assert 1 < most[0] <= TURNS


def test_a_file_goes_out_part_by_part_and_nothing_is_warned_of():
    chain = in_turn(lambda request: StreamingHttpResponse(iter([b"one", b"two"])))

    async def ask():
        response = await chain(RequestFactory().get("/"))
        return [part async for part in response]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loops.run(ask()) == [b"one", b"two"]


def test_what_is_refused_in_a_form_is_no_trouble_for_the_log():
    chain = in_turn(lambda request: HttpResponse(status=409))
    assert loops.run(chain(RequestFactory().get("/")))._has_been_logged
    chain = in_turn(lambda request: HttpResponse(status=404))
    assert not hasattr(loops.run(chain(RequestFactory().get("/"))), "_has_been_logged")
