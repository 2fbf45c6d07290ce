"""Secrets of every kind, made up by chance; no scanner must take this file for a leak."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable

ALNUM = string.ascii_letters + string.digits
WORDY = ALNUM + "_-"
HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits

Chance = random.Random
Kind = Callable[[Chance], tuple[str, str]]  # what stands in a text, and what of it is secret


def some(chance: Chance, count: int, letters: str = ALNUM) -> str:
    """Return a run of letters that is no word: some are letters, some digits, of both cases."""
    while True:
        found = "".join(chance.choices(letters, k=count))
        wanted = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
        if all(set(found) & set(kind) for kind in wanted if set(letters) & set(kind)):
            return found


def _token(head: str, count: int, letters: str = ALNUM, tail: str = "") -> Kind:
    def made(chance: Chance) -> tuple[str, str]:
        body = some(chance, count, letters)
        return f"{head}{body}{tail}", body

    return made


def _around(before: str, count: int, letters: str = ALNUM, after: str = "") -> Kind:
    """Return a kind of which only the middle is secret."""

    def made(chance: Chance) -> tuple[str, str]:
        body = some(chance, count, letters)
        return f"{before}{body}{after}", body

    return made


def _jwt(chance: Chance) -> tuple[str, str]:
    parts = [
        {"alg": "HS256", "typ": "JWT"},
        {"sub": some(chance, 9), "iat": chance.randint(1, 9**9)},
    ]
    coded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    body = some(chance, 43, WORDY)
    return ".".join([*coded, body]), body


def _private_key(kind: str) -> Kind:
    def made(chance: Chance) -> tuple[str, str]:
        lines = [some(chance, 64, ALNUM + "+/") for _ in range(6)]
        body = "\n".join(lines)
        return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----", lines[3]

    return made


def _basic(chance: Chance) -> tuple[str, str]:
    body = base64.b64encode(f"bob:{some(chance, 12)}".encode()).decode()
    return f"Authorization: Basic {body}", body


def _slack(chance: Chance) -> tuple[str, str]:
    body = some(chance, 24)
    return f"xoxb-{some(chance, 12, string.digits)}-{some(chance, 12, string.digits)}-{body}", body


def _slack_webhook(chance: Chance) -> tuple[str, str]:
    body = some(chance, 24)
    return (
        f"https://hooks.slack.com/services/T{some(chance, 8, UPPER)}/B{some(chance, 8, UPPER)}/{body}",
        body,
    )


def _openai(chance: Chance) -> tuple[str, str]:
    body = some(chance, 20)
    return f"sk-{body}T3Blbk" + "FJ" + some(chance, 20), body


KINDS: dict[str, Kind] = {
    "AWS access key": _token("AKIA", 16, UPPER),
    "AWS temporary key": _token("ASIA", 16, UPPER),
    "AWS secret key": _around("aws_secret_access_key = '", 40, ALNUM + "+/", "'"),
    "Anthropic": _token("sk-ant-" + "api03-", 93, WORDY, "AA"),
    "Artifactory": _token("AKCp8", 40),
    "Artifactory password": _token("AP6", 40),
    "Atlassian": _token("ATATT3xFfGF0", 120, ALNUM),
    "Azure client secret": lambda c: (lambda b: (f"{some(c, 3)}8Q~{b}", b))(some(c, 34)),
    "Azure storage key": _around(
        "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=", 86, ALNUM + "+/", "=="
    ),
    "Azure SAS": _around(
        "https://a.blob.core.windows.net/c?sv=2022-11-02&sig=", 43, ALNUM, "%3D&se=x"
    ),
    "Azure service bus": _around(
        "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=",
        43,
        ALNUM,
        "=",
    ),
    "basic auth in an address": _around("https://bob:", 12, ALNUM, "@shop.internal/x"),
    "Basic header": _basic,
    "Bearer header": _around("Authorization: Bearer ", 40, WORDY),
    "Cloudant": _around("cloudant_password = '", 64, HEX, "'"),
    "Databricks": _token("dapi", 32, HEX),
    "DigitalOcean": _token("dop_v1_", 64, HEX),
    "Discord bot": lambda c: (lambda b: (f"M{some(c, 23)}.{some(c, 6)}.{b}", b))(some(c, 27)),
    "Discord webhook": _around("https://discord.com/api/webhooks/123456789012345678/", 68, WORDY),
    "Docker Hub": _token("dckr_pat_", 27, ALNUM),
    "GitHub": _token("ghp_", 36),
    "GitHub fine-grained": _token("github_pat_", 82, ALNUM + "_"),
    "GitHub app": _token("ghs_", 36),
    "GitLab": _token("glpat-", 20),
    "GitLab runner": _token("glrt-", 20),
    "Google API key": _token("AIza", 35, WORDY),
    "Google OAuth": _token("ya29.", 80),
    "Google client secret": _token("GOCSPX-", 28),
    "Grafana": _token("glsa_", 32, ALNUM, "_1a2b3c4d"),
    "Groq": _token("gsk_", 52),
    "Hugging Face": _token("hf_", 34),
    "IBM Cloud": _around("ibm_cloud_api_key = '", 44, WORDY, "'"),
    "IBM COS": _around("cos_hmac_secret_access_key = '", 48, HEX, "'"),
    "JWT": _jwt,
    "keyword": _around("api_key = '", 14, ALNUM, "'"),
    "Linear": _token("lin_api_", 40),
    "Mailchimp": _token("", 32, HEX, "-us12"),
    "Mailgun": _token("key-", 32, HEX),
    "MongoDB": _around("mongodb+srv://app:", 16, ALNUM, "@cluster0.abc.mongodb.net/shop"),
    "MySQL": _around("mysql+pymysql://root:", 10, ALNUM, "@localhost:3306/shop"),
    "New Relic": _token("NRAK-", 27, UPPER),
    "Notion": _token("ntn_", 46),
    "npm": _token("npm_", 36),
    "npmrc": lambda c: (lambda b: (f"//registry.npmjs.org/:_authToken=npm_{b}", b))(some(c, 36)),
    "ODBC": _around("Driver={ODBC Driver 18};Server=db;Uid=app;Pwd=", 11, ALNUM, ";Encrypt=yes"),
    "OpenAI": _openai,
    "OpenAI project": _token("sk-" + "proj-", 120, WORDY),
    "Perplexity": _token("pplx-", 48),
    "PGP key": _private_key("PGP PRIVATE KEY BLOCK"),
    "PostgreSQL": _around("postgresql://app:", 12, ALNUM, "@db:5432/shop"),
    "private key": _private_key("RSA PRIVATE KEY"),
    "private key of OpenSSH": _private_key("OPENSSH PRIVATE KEY"),
    "PyPI": _token("pypi-AgEIcHlwaS5vcmc", 120, WORDY),
    "Redis": _around("redis://:", 20, ALNUM, "@cache:6379/0"),
    "Replicate": _token("r8_", 37),
    "SendGrid": lambda c: (lambda b: (f"SG.{some(c, 22, WORDY)}.{b}", b))(some(c, 43, WORDY)),
    "Sendinblue": _token("xkeysib-", 64, HEX, "-a1B2c3D4e5F6g7H8"),
    "Shopify": _token("shpat_", 32, HEX),
    "Slack": _slack,
    "Slack app": lambda c: (
        lambda b: (f"xapp-1-A{some(c, 9, UPPER)}-{some(c, 12, '123456')}-{b}", b)
    )(some(c, 40)),
    "Slack webhook": _slack_webhook,
    "SoftLayer": _around("softlayer_api_key = '", 64, LOWER, "'"),
    "Square": _token("sq0csp-", 43, WORDY),
    "Stripe": _token("sk_" + "live_", 24),
    "Stripe restricted": _token("rk_" + "live_", 24),
    "Stripe webhook": _token("whsec_", 32),
    "Tailscale": _token("tskey-auth-k", 30),
    "Telegram bot": lambda c: (lambda b: (f"{some(c, 9, '123456789')}:AA{b}", b))(
        some(c, 33, WORDY)
    ),
    "Terraform": lambda c: (lambda b: (f"{some(c, 14)}.atlasv1.{b}", b))(some(c, 67)),
    "Twilio": _token("SK", 32, HEX),
    "Twilio account": _token("AC", 32, HEX),
    "Vault": _token("hvs.", 95),
    "X-API-Key header": _around("X-API-Key: ", 32, ALNUM),
}
# These the detectors of detect-secrets look for and we don't: each hash, image and address would be one.
NOT_OURS = ("Base64HighEntropyString", "HexHighEntropyString", "IPPublicDetector")
