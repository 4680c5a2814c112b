"""Forms of the account pages: django-allauth's, with our words, our address and our limits."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as keys
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tillit.identity import addresses, passwords, post, throttle
from tillit.identity.adapters import AccountAdapter
from tillit.identity.models import LANGUAGES, Account
from tillit.identity.roles import role_words, roles_for
from tillit.kernel import contact_words, keyring, mail

_NEW_PASSWORD_HINT = gettext_lazy("At least twelve characters. A few words that only you would put together are best.")
_LANGUAGE_NAMES = {"sv": "Svenska", "en": "English", "fa": "فارسی"}


class AddressField(forms.EmailField):
    """An e-mail address in the form it is found by; what was typed stays in the field."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("E-mail address"))
        kwargs.setdefault("max_length", keyring.LONGEST_ADDRESS)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "email")
        self.widget.attrs.setdefault("dir", "ltr")

    def clean(self, value: Any) -> str:
        """Raises ValidationError for what is no address."""
        cleaned: str = super().clean(value)
        try:
            return keyring.normal_email(cleaned) if cleaned else cleaned
        except ValueError:
            raise ValidationError(_("This is not an e-mail address."), code="invalid") from None


class NameField(forms.CharField):
    """How somebody is called: any script, one line, no invisible characters but the joiners scripts need."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Your name"))
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "name")
        self.widget.attrs.setdefault("dir", "auto")

    def clean(self, value: Any) -> str:
        """Raises ValidationError for line breaks and control characters; blanks are made single."""
        cleaned: str = super().clean(value)
        drawn = contact_words.fold(cleaned)[0].strip() or not cleaned  # empty: nobody would see this name
        if not drawn or not all(c.isprintable() or c in "\u200c\u200d" for c in cleaned):
            raise ValidationError(_("A name is one line of letters."), code="invalid")
        return " ".join(cleaned.split(" ")).strip()


def _tidy(form: forms.BaseForm, **labels: Any) -> None:
    """Labels above the fields, no text inside them, no lists of rules."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].help_text = ""


class LoginForm(account.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.order_fields(["login", "password"])
        _tidy(self, password=gettext_lazy("Password"))

    def user_credentials(self) -> dict[str, Any]:
        """The stand-in for the address, and the password."""
        return {
            "email": addresses.stand_in(self.cleaned_data["login"]),
            "password": self.cleaned_data["password"],
        }


class ReauthenticateForm(account.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, password=gettext_lazy("Your password"))


class ChangePasswordForm(account.ChangePasswordForm):
    """The present password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(
            self,
            oldpassword=gettext_lazy("Present password"),
            password1=gettext_lazy("New password"),
            password2=gettext_lazy("New password, once more"),
        )
        self.fields["password1"].help_text = _NEW_PASSWORD_HINT

    def clean_oldpassword(self) -> str:
        """Guessing it from an open computer is limited as a login is."""
        subject = addresses.index_of(self.user.email) or "?"
        if not throttle.GUESS.take(subject):
            raise AccountAdapter().validation_error("too_many_login_attempts")
        present: str = super().clean_oldpassword()
        throttle.GUESS.give_back(subject)
        return present


class SetPasswordForm(account.SetPasswordForm):
    """A first password, for an account that had only keys."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, password1=gettext_lazy("Password"), password2=gettext_lazy("Password, once more"))
        self.fields["password1"].help_text = _NEW_PASSWORD_HINT


class ResetPasswordForm(account.ResetPasswordForm):
    """Where to send the link for a new password."""

    email = AddressField()

    def clean_email(self) -> str:
        """The stand-in; `users` holds the account, if there is one to be seen."""
        typed = self.cleaned_data["email"]
        self.users = [a for a in Account.objects.filter(email_index=addresses.index(typed)) if a.is_active]
        return addresses.stand_in(typed)

    def save(self, request: Any, **kwargs: Any) -> str:
        """Mail the link. Without an account, or asked for too often, the same work is done and nothing is sent."""
        address: str = self.cleaned_data["email"]
        found = self.users[0] if self.users and throttle.RESET.take(address) else None
        tokens = passwords.ResetTokens()
        token = tokens.make_token(found or Account(email=address))
        link = reverse("account_reset_password_from_key", args=[(found or Account()).pk.hex, token])
        if found:
            post.reset_link(found, mail.link(link))
        else:
            post.pretend_reset(get_language() or "en", mail.link(link))
        return address


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password, after the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, password1=gettext_lazy("New password"), password2=gettext_lazy("New password, once more"))
        self.fields["password1"].help_text = _NEW_PASSWORD_HINT


class _Code(forms.BaseForm):
    """A code is guessed at five times, then once a minute."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, code=gettext_lazy("Code"))
        self.fields["code"].widget.attrs.update(inputmode="numeric", dir="ltr")

    def clean_code(self) -> str:
        if not throttle.CODE.take(str(self.user.pk)):
            raise AccountAdapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        throttle.CODE.give_back(str(self.user.pk))
        return code


class CodeForm(_Code, codes.AuthenticateForm):
    """The second step of a login: a code from the app, or a recovery code."""


class ReauthenticateCodeForm(_Code, codes.ReauthenticateForm):
    """A code once more, before something that matters."""


class ActivateCodesForm(_Code, totp.ActivateTOTPForm):
    """The first code of an app proves that it knows the secret."""


class _Key(forms.BaseForm):
    """What a device sends may be anything."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            if isinstance(error, ValidationError):
                raise
            raise AccountAdapter().validation_error("incorrect_code") from None


class PasskeyForm(_Key, keys.LoginWebAuthnForm):
    """A login with a passkey."""


class KeyForm(_Key, keys.AuthenticateWebAuthnForm):
    """The second step of a login: a key."""


class ReauthenticateKeyForm(_Key, keys.ReauthenticateWebAuthnForm):
    """A key once more, before something that matters."""


class AddKeyForm(keys.AddWebAuthnForm):
    """A passkey or hardware key, with a name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext_lazy("What do you call it?")
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.fields["passwordless"].label = gettext_lazy("It opens the account by itself, without the password")
        self.fields["passwordless"].help_text = gettext_lazy(
            "The device then asks for your finger, your face or its own code. Without this the key is asked for "
            "after your password."
        )

    def clean_name(self) -> str:
        return str(super().clean_name())[:60]

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            if isinstance(error, ValidationError):
                raise
            raise AccountAdapter().validation_error("incorrect_code") from None
        return cleaned


class NameKeyForm(keys.EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext_lazy("What do you call it?")
        self.fields["name"].max_length = 60
        self.fields["name"].validators.append(MaxLengthValidator(60))


class JoinForm(forms.Form):
    """Whoever accepts an invitation with a new account: a name and a password."""

    name = NameField()
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        help_text=_NEW_PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            account = Account()
            account.hints = [self.email, cleaned.get("name", "")]
            try:
                AccountAdapter().clean_password(password, account)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class AcceptForm(forms.Form):
    """Whoever accepts an invitation with the account that is logged in: only a name there."""

    name = NameField()


class AddressForm(forms.Form):
    """Another address for the account."""

    email = AddressField(label=gettext_lazy("New e-mail address"))


class InviteForm(forms.Form):
    """Whom an administrator asks to join, as what."""

    email = AddressField()
    name = NameField(label=gettext_lazy("Name"), required=False)
    roles = forms.MultipleChoiceField(label=gettext_lazy("Roles"), widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"))

    def __init__(self, *args: Any, languages: list[str], modules: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        roles, language = self.fields["roles"], self.fields["language"]
        assert isinstance(roles, forms.ChoiceField)
        assert isinstance(language, forms.ChoiceField)
        roles.choices = [(role, role_words(role)) for role in roles_for(modules)]
        language.choices = [(c, _LANGUAGE_NAMES[c]) for c in languages if c in LANGUAGES]
