"""Django's settings. What an installation chooses comes from tillit.kernel.config; nothing is read elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tillit.kernel import config
from tillit.kernel.db import address
from tillit.kernel.egress.addresses import OWN

BASE = Path(__file__).resolve().parent.parent
MODE = config.mode()

SECRET_KEY = config.secret("django.key").hex()
DEBUG = False
ALLOWED_HOSTS = config.names("TILLIT_HOSTS") + ([OWN] if MODE != "production" else [])

INSTALLED_APPS = [
    "tillit.web",
    "tillit.journeys",
    "tillit.directory",
    "tillit.messaging",
    "tillit.hiring",
    "tillit.booking",
    "tillit.desk",
    "tillit.exchange",
    "tillit.sales",
    "tillit.documents",
    "tillit.moderation",
    "tillit.notify",
    "tillit.wallet",
    "tillit.privacy",
    "tillit.identity",
    "tillit.evidence",
    "tillit.access",
    "tillit.kernel.apps.KernelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "tillit.kernel.apps.PostgresConfig",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
AUTH_USER_MODEL = "identity.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "tillit.web.urls"
ASGI_APPLICATION = "tillit.web.asgi.application"

MIDDLEWARE = [
    "tillit.web.middleware.security",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tillit.web.embedded.without_cookies",
    "tillit.web.api.arriving.outermost",
    "tillit.web.middleware.readable",
    "tillit.web.middleware.language",
    "tillit.identity.throttle.middleware",
    "tillit.privacy.incidents.noting.middleware",
    "tillit.web.middleware.transaction",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tillit.privacy.rights.signal.heeded",
    "tillit.privacy.policy.doors.acceptance_first",
    "allauth.account.middleware.AccountMiddleware",
    "tillit.web.middleware.way_on",
    "tillit.web.api.arriving.innermost",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tillit.web.context.shell",
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    """The one database, reached as the role this process is."""
    dsn = address.parts(config.text("TILLIT_DSN"))
    pooled = config.flag("TILLIT_PGBOUNCER")
    options: dict[str, Any] = {
        "server_side_binding": True,
        "ticketless": dsn.get("user") in {"tillit_owner"},
        "tcp_user_timeout": 10000,
        "keepalives_idle": 10,
    }
    if not options["ticketless"] and MODE != "test":
        options["pool"] = {"min_size": 1, "max_size": 24, "timeout": 10}
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options |= {k: v for k, v in dsn.items() if k not in known}
    return {
        "ENGINE": "tillit.kernel.db",
        **{ours: dsn.get(theirs, "") for theirs, ours in known.items()},
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "ATOMIC_REQUESTS": False,
    }


DATABASES = {"default": _database()}

# Paths may hold a booking's link: no line of a log does.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_links": {"()": "tillit.web.logs.WithoutLinks"}},
    "loggers": {name: {"filters": ["without_links"]} for name in ("django.request", "django.security.csrf")},
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("sv", "Svenska"), ("en", "English"), ("fa", "فارسی")]
LOCALE_PATHS = [BASE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(config.var()) / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "tillit.web.static_files.FingerprintedFiles"
        if MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
# tests serve the files as they lie in the apps; everything else what collectstatic prepared
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = MODE == "test"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "tillit.identity.passwords.NotLikeYou"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

HTTPS = config.flag("TILLIT_HTTPS")
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "form"
CSRF_FAILURE_VIEW = "tillit.web.errors.form_expired"
CSRF_TRUSTED_ORIGINS = [config.text("TILLIT_ORIGIN")]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if config.number("TILLIT_PROXIES") else None
EMAIL_BACKEND = "tillit.kernel.mailbackend.Backend"
DEFAULT_FROM_EMAIL = config.text("TILLIT_MAIL_FROM")
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS: list[str] = []

# Accounts: django-allauth behind tillit.identity (adapters, forms, entrance). Its own limits and its own mail are off.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
CACHES = {"default": {"BACKEND": "tillit.identity.cache.Once"}}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "tillit.identity.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "tillit.identity.passwords.ResetTokens"  # noqa: S105 (a name)
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "tillit.identity.forms.LoginForm",
    "reauthenticate": "tillit.identity.forms.ReauthenticateForm",
    "change_password": "tillit.identity.forms.ChangePasswordForm",
    "set_password": "tillit.identity.forms.SetPasswordForm",
    "reset_password": "tillit.identity.forms.ResetPasswordForm",
    "reset_password_from_key": "tillit.identity.forms.NewPasswordForm",
}
MFA_ADAPTER = "tillit.identity.adapters.KeyAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "tillit.identity.forms.CodeForm",
    "authenticate_webauthn": "tillit.identity.forms.KeyForm",
    "reauthenticate": "tillit.identity.forms.ReauthenticateCodeForm",
    "reauthenticate_webauthn": "tillit.identity.forms.ReauthenticateKeyForm",
    "activate_totp": "tillit.identity.forms.ActivateCodesForm",
    "add_webauthn": "tillit.identity.forms.AddKeyForm",
    "edit_webauthn": "tillit.identity.forms.NameKeyForm",
    "login_webauthn": "tillit.identity.forms.PasskeyForm",
}
