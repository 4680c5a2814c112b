"""Below /account/: our own pages, and django-allauth's, each behind our door (entrance.py) and nothing else of it."""

from __future__ import annotations

from django.urls import include, path, re_path

from tillit.identity import entrance, views
from tillit.identity.programs import views as programs

own = (
    [
        path("", views.home, name="home"),
        path("sessions/", views.session_list, name="sessions"),
        path("sessions/<uuid:session>/end/", views.session_end, name="session_end"),
        path("sessions/end/", views.session_end_all, name="session_end_all"),
        path("programs/", programs.own, name="programs"),
        path("programs/<uuid:token>/end/", programs.end, name="program_end"),
        path("email/<str:token>/", views.email_move, name="email_move"),
        path("join/<str:token>/", views.join, name="join"),
    ],
    "identity",
)

urlpatterns = [
    path("", include(own)),
    path("signup/", views.signup, name="account_signup"),
    path("email/", views.email, name="account_email"),
    path("login/", entrance.login, name="account_login"),
    path("logout/", entrance.logout, name="account_logout"),
    path("inactive/", entrance.inactive, name="account_inactive"),
    path("reauthenticate/", entrance.reauthenticate, name="account_reauthenticate"),
    path("password/change/", entrance.password_change, name="account_change_password"),
    path("password/set/", entrance.password_set, name="account_set_password"),
    path("password/reset/", entrance.password_reset, name="account_reset_password"),
    path("password/reset/done/", entrance.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9a-f]{32})-(?P<key>[-\w]{1,80})/$",
        entrance.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/", entrance.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    path("keys/", entrance.keys_index, name="mfa_index"),
    path("keys/second-step/", entrance.second_step, name="mfa_authenticate"),
    path("keys/code-again/", entrance.codes_again, name="mfa_reauthenticate"),
    path("keys/app/", entrance.totp_activate, name="mfa_activate_totp"),
    path("keys/app/off/", entrance.totp_deactivate, name="mfa_deactivate_totp"),
    path("keys/recovery/", entrance.recovery_view, name="mfa_view_recovery_codes"),
    path("keys/recovery/new/", entrance.recovery_generate, name="mfa_generate_recovery_codes"),
    path("keys/recovery/codes.txt", entrance.recovery_download, name="mfa_download_recovery_codes"),
    path("keys/list/", entrance.key_list, name="mfa_list_webauthn"),
    path("keys/add/", entrance.key_add, name="mfa_add_webauthn"),
    path("keys/again/", entrance.key_again, name="mfa_reauthenticate_webauthn"),
    path("keys/<int:pk>/name/", entrance.key_edit, name="mfa_edit_webauthn"),
    path("keys/<int:pk>/remove/", entrance.key_remove, name="mfa_remove_webauthn"),
    path("login/passkey/", entrance.passkey_login, name="mfa_login_webauthn"),
]
