"""Secrets that are known by how they are written: one row for each form.

Each pattern takes time that grows with the length of the text and no faster (tests/sensitive count
its steps). What makes it so: a match begins with fixed letters, or where a run of the letters that
it reads on begins (`(?<![\\w-])[\\w-]+`), so that no run is read twice; no repeat stands in a repeat.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from jupyter_promote.sensitive import values

# What stands before the last character: not inside a word begins a token, but for the escape of a
# line's end, as in the repr of a text, and for the colours of a traceback.
_APART = r"(?:(?<![A-Za-z0-9].)|(?<=\\[nrt].)|(?<=[0-9]m.))"
_END = r"(?![A-Za-z0-9])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`what` matches `pattern`, of which the group `secret` is secret, or all of it.

    Every match holds one of `guards`, without which nothing is searched. `holds` is asked about the
    secret part; `reaches` gives the end of what is secret in a text, where the pattern can't.
    """

    what: str
    guards: tuple[str, ...]
    pattern: str
    holds: Callable[[str], bool] | None = None
    reaches: Callable[[str, int], int] | None = field(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The text from `start` to `end` is secret: it looks like `what`."""

    what: str
    start: int
    end: int


_LOWER, _UPPER = re.compile("[a-z]"), re.compile("[A-Z]")
_LETTER, _DIGIT = re.compile("[A-Za-z]"), re.compile("[0-9]")


def _mixed(text: str) -> bool:
    """True for letters of both cases and digits: no word or number of an article."""
    return bool(_LOWER.search(text) and _UPPER.search(text) and _DIGIT.search(text))


def _letters_and_digits(text: str) -> bool:
    return bool(_LETTER.search(text) and _DIGIT.search(text))


def _key(text: str) -> bool:
    """True where an unbroken run of 12 or more has letters and digits: not so in `sk-learn-...`."""
    runs = re.findall(r"[A-Za-z0-9]{12,}", text)
    return any(_letters_and_digits(run) for run in runs)


def _user_and_password(text: str) -> bool:
    """True for the base64 of `user:password`."""
    try:
        return b":" in base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return False


def _password(text: str) -> bool:
    """True for what stands before the @ of an address, if it is no port or placeholder."""
    return not values.is_stand_in(text) and not re.match(r"[0-9]{1,5}(?:[?#]|$)", text)


_LAST_LINE = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINES = re.compile(r"(?:(?:\s|\\[rn]){0,4}[A-Za-z0-9+/=]{40,})*")
_KEY_FILE_END = re.compile(r"Private-MAC: [0-9a-f]{20,}")


def _end_of_key(text: str, start: int) -> int:
    """Return where a private key ends whose first line ends at `start`."""
    dashes = text.find("-----", start)
    last = _LAST_LINE.match(text, dashes) if dashes >= 0 else _KEY_FILE_END.search(text, start)
    last = last or _KEY_LINES.match(text, start)
    return last.end() if last else start


def _token(what: str, heads: str, rest: str, **more: Callable[[str], bool]) -> Form:
    """Return the form of a token that begins with one of `heads`, which are no part of a word."""
    starts = tuple(heads.split())
    # By their first letters, which Python skips to; what is before them is looked at after that.
    either = "|".join(
        f"{first}{_APART}(?:{'|'.join(re.escape(s[1:]) for s in starts if s[0] == first)})"
        for first in dict.fromkeys(start[0] for start in starts)
    )
    pattern = f"(?s:{either}){rest}"
    return Form(what=what, guards=starts, pattern=pattern, holds=more.get("holds"))


_REST = r"[\w.~+/=|-]{22,}"

FORMS = (
    Form(
        what="a private key",
        guards=("PRIVATE KEY", "PuTTY-User-Key-File"),
        pattern=r"(?:-----|---- )BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?:-----| ----)"
        r"|PuTTY-User-Key-File-\d: [\w-]{1,40}",
        reaches=_end_of_key,
    ),
    _token("an AWS key", "AKIA ASIA ABIA ACCA A3T", r"[0-9A-Z]{16,17}" + _END),
    _token("an AWS key", "ABSK", r"[A-Za-z0-9+/]{109,}={0,2}"),
    _token("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"\w{30,}"),
    _token(
        "a GitLab token",
        "glpat- gldt- glft- glsoat- glrt- glcbt- glimt- glptt- glagent- gloas- glffct- GR1348941",
        r"[\w.-]{20,}",
    ),
    _token("an API key", "sk-", r"[\w-]{20,}", holds=_key),
    _token("a Google API key", "AIza", r"[\w-]{35}"),
    _token("a Google OAuth token", "ya29. GOCSPX- 1//0", r"[\w-]{24,}"),
    _token(
        "a Slack token", "xoxa- xoxb- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xapp-", r"[\w.-]{10,}"
    ),
    _token("a Hugging Face token", "hf_ api_org_", r"[A-Za-z0-9]{30,}"),
    _token("a PyPI token", "pypi-AgE", r"[\w-]{40,}"),
    _token("an npm token", "npm_", r"[A-Za-z0-9]{36,}"),
    _token(
        "a Stripe key", "sk_live_ rk_live_ sk_test_ rk_test_ sk_prod_ rk_prod_", r"[A-Za-z0-9]{10,}"
    ),
    _token("a Stripe secret", "whsec_", r"[A-Za-z0-9+/=]{24,}"),
    _token("a SendGrid key", "SG.", r"[\w-]{16,64}\.[\w-]{16,64}"),
    _token("a Twilio key", "AC SK", r"[0-9a-z]{32}" + _END, holds=_letters_and_digits),
    _token("a Square token", "sq0csp- sq0atp- sq0idp-", r"[\w-]{22,}"),
    _token("a Square token", "EAAA", r"[\w-]{56,}", holds=_mixed),
    _token("a Facebook token", "EAA", r"[A-Za-z0-9]{80,}", holds=_mixed),
    _token("an Artifactory token", "AKC AP", r"[A-Za-z0-9]{9,}", holds=_mixed),
    _token("a Databricks token", "dapi", r"[a-f0-9]{32}(?:-\d)?" + _END),
    _token("an Atlassian token", "ATBB ATCTT3 ATATT3", r"[\w=-]{24,}", holds=_mixed),
    _token(
        "a token of a service for models",
        "gsk_ r8_ xai- pplx- tvly- nvapi- pcsk_ lsv2_pt_ lsv2_sk_ wandb_v1_ AQVN",
        _REST,
        holds=_key,
    ),
    _token(
        "a token of a cloud",
        "dop_v1_ doo_v1_ dor_v1_ hvs. hvb. hvr. LTAI AKID HRKU- FlyV1 fo1_ fm2_ tk-us- sha256~ pscale_tkn_"
        " pscale_oauth_ pscale_pw_ sbp_ tskey- pul- dp.pt. dp.st. dp.sa. dp.ct. dt0c01. dt0s16. ico-",
        _REST,
        holds=_key,
    ),
    _token(
        "an access token",
        "dckr_pat_ figd_ glc_ glsa_ sk_ntn_ ntn_ lin_api_ lin_oauth_ PMAK- pnu_ rubygems_ xkeysib-"
        " xsmtpsib- sntrys_ sntryu_ shippo_live_ shippo_test_ shpat_ shpca_ shppa_ shpss_ squ_ sqp_ sqa_"
        " sgp_ tfp_ ops_ey AGE-SECRET-KEY-1 NRAK- NRII- CCIPAT_ CLOJARS_ oy2 sm_aat_ sm_pat_ sm_sat_ rdme_"
        " p8e- EZAK EZTK eyJrIjoi secret_ duffel_live_ duffel_test_ fio-u- sl. key- FLWSECK API-",
        _REST,
        holds=_key,
    ),
    Form(
        what="a Mailchimp key",
        guards=("-us",),
        pattern=r"(?<![0-9A-Za-z])[0-9a-z]{32}-us[0-9]{1,2}" + _END,
        holds=_letters_and_digits,
    ),
    Form(
        what="a Discord token",
        guards=(".",),
        pattern=r"(?<![\w-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}",
        holds=_mixed,
    ),
    Form(
        what="a Telegram token",
        guards=(":",),
        pattern=r"(?<![\w])[0-9]{8,10}:[\w-]{35}(?![\w-])",
        holds=_mixed,
    ),
    Form(
        what="a Terraform token",
        guards=(".atlasv1.",),
        pattern=r"(?<![\w-])[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}",
    ),
    Form(
        what="an Airtable token",
        guards=("pat",),
        pattern=r"(?<![\w-])pat[A-Za-z0-9]{14}\.[a-f0-9]{64}" + _END,
    ),
    Form(
        what="a key of Azure",
        guards=("AccountKey=", "AccessKey="),
        pattern=r"(?:Account|SharedAccess)Key=(?P<secret>[A-Za-z0-9+/]{40,}={0,2})",
    ),
    Form(
        what="a client secret of Azure",
        guards=("Q~",),
        pattern=r"(?<![\w.~-])[\w.~]{3}\dQ~[\w.~-]{31,34}(?![\w~])",
    ),
    Form(
        what="a token",  # a JSON Web Token: two parts of JSON, and a signature
        guards=("eyJ",),
        pattern=r"(?<![\w-])eyJ[\w=-]{8,}\.ey[\w=-]{4,}(?:\.[\w+/=-]*)?",
    ),
    Form(
        what="a token of Mapbox",
        guards=("sk.eyJ",),
        pattern=r"(?<![\w.-])sk\.eyJ[\w-]{10,}\.[\w-]{16,}",
    ),
    Form(
        what="a password in an address",
        guards=("://",),
        pattern=r"://[^\s/:@\"'<>`]*:(?P<secret>[^\s/\"'<>`]+)@",
        holds=_password,
    ),
    Form(
        what="a password in an address",
        guards=("jdbc:oracle:",),
        pattern=r"jdbc:oracle:\w{1,8}:[^\s/@]{1,60}/(?P<secret>[^\s/@]{1,60})@",
        holds=_password,
    ),
    Form(
        what="the address of a webhook",
        guards=("hooks.slack.com/", "/api/webhooks/", ".webhook.office.com/"),
        pattern=r"(?:hooks\.slack\.com/(?:services|workflows|triggers)/T|discord(?:app)?\.com/api/webhooks/\d"
        r"|\.webhook\.office\.com/webhookb2/)(?P<secret>[\w/@-]{20,})",
    ),
    Form(
        what="a key of SoftLayer",
        guards=("api.softlayer.com/soap/",),
        pattern=r"api\.softlayer\.com/soap/v3(?:\.1)?/(?P<secret>[a-z0-9]{64})",
    ),
    Form(
        what="a signature in an address",
        guards=("sig=", "Signature="),
        pattern=r"[?&](?:sig|X-(?:Amz|Goog)-Signature)=(?P<secret>[\w%+/=-]{20,})",
    ),
    Form(
        what="a credential in a header",
        guards=("earer", "EARER"),
        pattern=r"(?i:\bbearer)[ \t]{1,3}(?P<secret>[\w.~+/=-]{16,})",
        holds=_letters_and_digits,
    ),
    Form(
        what="a credential in a header",
        guards=("asic",),
        pattern=r"(?i:\bbasic)[ \t]{1,3}(?P<secret>[A-Za-z0-9+/]{8,}={0,2})(?![\w-])",
        holds=_user_and_password,
    ),
    Form(
        what="a credential in a header",
        guards=("uthorization", "UTHORIZATION"),
        pattern=r"(?i:\b(?:proxy-)?authorization)[\\\"']{0,3}[ \t]{0,3}[:=][ \t]{0,3}[\\\"']{0,3}"
        r"(?:(?i:bearer|basic|token|apikey)[ \t]{1,3})?(?P<secret>[^\s\\\"'`,;{}<>()\[\]]{8,})",
        holds=lambda text: _letters_and_digits(text) or len(text) > 20,
    ),
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def find(text: str) -> Iterator[Found]:
    """Yield what a text holds of these forms, form by form: parts may overlap."""
    for form in FORMS:
        if any(guard in text for guard in form.guards):
            yield from search(form, text)


def search(form: Form, text: str) -> Iterator[Found]:
    """Yield what a text holds of one form."""
    for match in _compiled(form.pattern).finditer(text):
        group = "secret" if "secret" in match.re.groupindex else 0
        if form.holds is None or form.holds(match[group]):
            end = form.reaches(text, match.end()) if form.reaches else match.end(group)
            yield Found(what=form.what, start=match.start(group), end=end)
