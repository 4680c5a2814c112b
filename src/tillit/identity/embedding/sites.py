"""Sites as a browser compares them: origins (RFC 6454), and origins with `*.` for one level of subdomains.

One spelling for each: scheme, host in the ASCII of the domain name system (IDNA), the port where it is not the
scheme's own. Nothing here can hold a space, a semicolon or a quote, so a spelling is safe in a header.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 255
_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_THIS_MACHINE = {"localhost", "127.0.0.1"}
# Our IDNA (2003) reads these letters as others, browsers as themselves: two names that two people may own. Whoever has
# such a name writes it in the ASCII form (xn--…).
_READ_TWICE = set("ßẞς\u200c\u200d")
# Below these, neighbours are strangers: whoever comes may have a name there.
_SHARED = {
    *("github.io", "gitlab.io", "pages.dev", "workers.dev", "fly.dev", "netlify.app", "vercel.app", "web.app"),
    *("firebaseapp.com", "herokuapp.com", "onrender.com", "appspot.com", "azurewebsites.net", "cloudfront.net"),
    *("amazonaws.com", "wordpress.com", "blogspot.com", "wixsite.com", "weebly.com", "webflow.io"),
    *("myshopify.com", "squarespace.com"),
}
_SECOND_LEVEL = {"co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "go", "gob", "nom", "id", "sch"}


def read(text: str) -> str:
    """The one spelling of a site that an administrator typed ("Exempel.se", "https://*.exempel.se:8443").

    Raises ValidationError, in the reader's words, for what is no site, for more than its front address, for a
    connection that others can read (http, unless this installation itself is reached so) and for wildcards over more
    than the subdomains of one name.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not written or len(written) > LONGEST or any(c.isspace() or ord(c) < 32 or c in "\"'<>;,\\`" for c in written):
        raise ValidationError(_("Write the site's address, like https://example.se."))
    if "://" not in written:
        written = f"https://{written}"
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise ValidationError(_("Write the site's address, like https://example.se.")) from None
    if parts.scheme not in _PORTS:
        raise ValidationError(_("Write the site's address, like https://example.se."))
    if parts.scheme == "http" and settings.HTTPS:
        raise ValidationError(_("The site needs a secure address, one that begins with https."))
    if parts.username is not None or parts.path not in {"", "/"} or "?" in written or "#" in written or port == 0:
        raise ValidationError(_("Write only the beginning of the address, up to the first slash after the name."))
    host = _host(parts.hostname or "")
    shown = f":{port}" if port and port != _PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{host}{shown}"


def origin(text: str | None) -> str:
    """The origin of what a browser or a page around claims to be (an origin or an address); "" where it is none."""
    try:
        parts = urlsplit(text or "")
        found = read(f"{parts.scheme}://{parts.netloc}")
    except (ValueError, ValidationError):
        return ""
    return "" if "*" in found else found


def covers(site: str, claimed: str) -> bool:
    """Does a site of the list mean this origin? `*.` stands for exactly one more level."""
    if "*" not in site:
        return site == claimed
    before, _star, after = site.partition("*")
    inner = claimed.removeprefix(before).removesuffix(after)
    return claimed == before + inner + after and _LABEL.fullmatch(inner) is not None


def _host(name: str) -> str:
    wildcard = name.startswith("*.")
    host = name.removeprefix("*.").removesuffix(".")
    if host in _THIS_MACHINE and not wildcard:
        if settings.HTTPS:
            raise ValidationError(_("That is not the name of a site. Write it like example.se."))
        return host
    if "*" in host:
        raise ValidationError(_("A star may only stand first, for the subdomains of one name: *.example.se."))
    try:
        plain = host.encode("idna").decode("ascii").lower() if host and not _READ_TWICE & set(host) else ""
    except UnicodeError:
        plain = ""
    labels = plain.split(".")
    if len(plain) > 240 or not all(_LABEL.fullmatch(label) for label in labels) or _is_number(plain):
        raise ValidationError(_("That is not the name of a site. Write it like example.se."))
    if wildcard and (len(labels) < 2 or plain in _SHARED or (len(labels) == 2 and labels[0] in _SECOND_LEVEL)):
        raise ValidationError(_("Too many strangers have a site there. Write the name of your own site."))
    return ("*." if wildcard else "") + plain


def _is_number(host: str) -> bool:
    if re.fullmatch(r"[0-9x.]+", host) or host.rpartition(".")[2].isdigit():
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
