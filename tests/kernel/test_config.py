"""Settings are read as their type; what cannot be read says so in a sentence."""

import pytest

from tillit.kernel import config


def test_every_setting_is_named_and_explained():
    for name, setting in config.SETTINGS.items():
        assert name == setting.name
        assert setting.says
        assert setting.says.endswith((".", "?"))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TILLIT_MODE", "prod", "TILLIT_MODE cannot be read (one of demo, production, test)."),
        ("TILLIT_HTTPS", "maybe", "TILLIT_HTTPS cannot be read (say yes or no)."),
        ("TILLIT_UPLOAD_MB", "ten", "TILLIT_UPLOAD_MB cannot be read"),
    ],
)
def test_what_cannot_be_read_says_so(monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    with pytest.raises(config.Missing) as caught:
        config.get(name)
    assert str(caught.value).startswith(sentence)
    assert config.SETTINGS[name].says in str(caught.value)


def test_what_is_not_there_says_so(monkeypatch):
    monkeypatch.setitem(config.SETTINGS, "TILLIT_X", config.Setting("TILLIT_X", "What x is."))
    with pytest.raises(config.Missing, match=r"TILLIT_X is not set\. What x is\."):
        config.text("TILLIT_X")


def test_defaults_are_the_safe_ones(monkeypatch):
    for name in config.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    assert config.mode() == "production"
    assert config.flag("TILLIT_PGBOUNCER") is False
    assert config.number("TILLIT_PROXIES") == 0


def test_kinds(monkeypatch):
    monkeypatch.setenv("TILLIT_HTTPS", "On")
    monkeypatch.setenv("TILLIT_HOSTS", " a.example , b.example,")
    monkeypatch.setenv("TILLIT_UPLOAD_MB", "25")
    assert config.flag("TILLIT_HTTPS") is True
    assert config.names("TILLIT_HOSTS") == ["a.example", "b.example"]
    assert config.number("TILLIT_UPLOAD_MB") == 25


@pytest.fixture
def secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    (tmp_path / "secrets").mkdir()
    config.secret.cache_clear()
    yield tmp_path / "secrets"
    config.secret.cache_clear()


def put(folder, text, mode=0o600):
    file = folder / "x.key"
    file.write_text(text)
    file.chmod(mode)


def test_a_secret_is_read(secrets):
    put(secrets, "00ff\n")
    assert config.secret("x.key") == b"\x00\xff"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_none(secrets, mode):
    put(secrets, "00ff", mode)
    with pytest.raises(config.Missing, match="chmod 600"):
        config.secret("x.key")


def test_a_secret_that_is_missing_or_damaged_says_what_to_do(secrets):
    with pytest.raises(config.Missing, match="tillit up"):
        config.secret("x.key")
    put(secrets, "not hexadecimal")
    with pytest.raises(config.Missing, match="restore it") as caught:
        config.secret("x.key")
    assert "not hexadecimal" not in str(caught.value)
