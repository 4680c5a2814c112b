"""One clock: tests make it stand, the demo moves it, nothing else does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tillit.kernel import clock

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def test_it_runs_in_utc():
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.standing() is None


def test_a_test_makes_it_stand_and_it_runs_again():
    with clock.at(NOON):
        assert clock.now() == clock.now() == clock.standing() == NOON
        with pytest.raises(ZeroDivisionError), clock.at(NOON + timedelta(days=1)):
            assert clock.now().day == 30
            raise ZeroDivisionError
        assert clock.now() == NOON
    assert clock.standing() is None


def test_another_zone_is_the_same_instant():
    with clock.at(NOON.astimezone(timezone(timedelta(hours=3, minutes=30)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_an_instant_carries_its_zone():
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 1, 1)):  # noqa: DTZ001 (without a zone on purpose)
        pass


@pytest.fixture
def demo(monkeypatch, tmp_path):
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    monkeypatch.setenv("TILLIT_MODE", "demo")
    return tmp_path


def test_the_demo_moves_it_for_everybody(demo):
    assert clock.offset() == timedelta(0)
    clock.move_demo(timedelta(days=2))
    assert clock.offset() == timedelta(days=2)
    assert clock.now() - datetime.now(UTC) > timedelta(days=1, hours=23)
    clock.move_demo(timedelta(0))
    assert clock.offset() == timedelta(0)


@pytest.mark.parametrize("text", ["", "soon", "12.5"])
def test_a_damaged_offset_is_none(demo, text):
    (demo / "demo-clock").write_text(text)
    assert clock.offset() == timedelta(0)


@pytest.mark.parametrize("mode", ["production", "test"])
def test_nowhere_else(demo, monkeypatch, mode):
    clock.move_demo(timedelta(days=2))
    monkeypatch.setenv("TILLIT_MODE", mode)
    assert clock.offset() == timedelta(0)
    with pytest.raises(RuntimeError, match="demo mode only"):
        clock.move_demo(timedelta(days=1))
