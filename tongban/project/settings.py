"""Settings of a node: one file, from the environment, each value with a safe default and a sentence."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


def text(name: str, default: str = "") -> str:
    return os.environ.get(f"TONGBAN_{name}", default)


def flag(name: str, *, default: bool) -> bool:
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """Turn a database address into Django's form; SQLite locks at BEGIN because it ignores FOR UPDATE."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:] if not parts.netloc else parts.netloc + parts.path),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        # Keep connections and prepared statements: reconnecting costs more than all else.
        options: dict[str, object] = {"prepare_threshold": 1, "server_side_binding": True}
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "OPTIONS": options | query,
        }
    raise ValueError(f"TONGBAN_DATABASE_URL：不认识的数据库地址“{url}”，请写 sqlite:///… 或 postgresql://…")


# Demo mode: demo people with one-click sign-in, demo registry, style guide. Never on a real node.
DEMO = flag("DEMO", default=False)

# Signs sessions and forms. A real node must set it; without it every restart signs everybody out.
SECRET_KEY = text("SECRET_KEY") or secrets.token_urlsafe(48)

# Django's debug pages show settings and values: in demo mode only, whatever is asked.
DEBUG = flag("DEBUG", default=False) and DEMO

# Host names that this node answers to.
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")

# Whether browsers reach this node over TLS only, as they must on a real one: cookies then travel over TLS alone.
HTTPS = flag("HTTPS", default=not DEMO)

# How many proxies stand in front, each adding to X-Forwarded-For; the outermost sets X-Forwarded-Proto. 0: the headers
# are anybody's and not believed.
PROXIES = int(text("PROXIES", "0"))

# The name of this node and the regions (GB/T 2260) it speaks for.
NODE = text("NODE", "demo")
REGIONS = words("REGIONS", "110000,120000,130000")

# Everything that must survive lies here unless named apart.
VAR = Path(text("VAR", "var")).resolve()
KEYS_DIR = Path(text("KEYS_DIR", str(VAR / "keys")))
KEY_PASSPHRASE_FILE = text("KEY_PASSPHRASE_FILE")
FILES_DIR = Path(text("FILES_DIR", str(VAR / "files")))

# The profile certificates are signed with: sm (SM2 with SM3) or intl (P-256 with SHA-256).
CRYPTO = text("CRYPTO", "sm")

# Where a callable stands that makes the vault of a hardware module; empty: keys are wrapped by the file in KEYS_DIR.
VAULT = text("VAULT")

# Where a callable stands that makes the adapter of an outside e-seal service; empty: this node draws the seals.
SEAL_SERVICE = text("SEAL_SERVICE")
# Where the public reaches this node, as "https://tongban.example.gov.cn": printed on documents, as a QR code to verify
# them by. Empty: documents bear their code only.
ADDRESS = text("ADDRESS").rstrip("/")
# Whether the worker reports to the national platform every day; REPORTS_DIR holds what is told, rows about people too.
REPORT = flag("REPORT", default=False)
REPORTS_DIR = Path(text("REPORTS_DIR", str(VAR / "reports")))
# Where the national platform takes dispatches, and the file with the token for it; empty: folders are fetched by hand.
REPORT_URL = text("REPORT_URL")
REPORT_TOKEN_FILE = text("REPORT_TOKEN_FILE")
# Where a callable stands that makes the uploader of another platform; empty: the one for REPORT_URL.
REPORTER = text("REPORTER")
# How many seconds a registry has to answer while somebody waits for a certificate on the spot.
REGISTRY_SECONDS = float(text("REGISTRY_SECONDS", "5"))

# Seconds added to the clock; only demo and tests.
CLOCK_OFFSET = int(text("CLOCK_OFFSET", "0"))

DATABASES = {"default": database(text("DATABASE_URL", f"sqlite:///{VAR / 'tongban.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOMS = [
    "web",
    "journal",
    "keys",
    "files",
    "registries",
    "people",
    "catalogue",
    "certificates",
    "casework",
    "exchange",
    "counter",
    "harmony",
    "insight",
    "api",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *[f"tongban.{room}" for room in ROOMS],
    "tongban.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tongban.web.middleware.AdmissionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tongban.web.middleware.PageHeadersMiddleware",
    "tongban.web.refusals.RefusalMiddleware",
]
CSRF_FAILURE_VIEW = "tongban.web.errors.csrf_failure"

ROOT_URLCONF = "tongban.project.urls"
WSGI_APPLICATION = "tongban.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongban.web.context.shell",
                "tongban.people.context.reader",
            ],
        },
    }
]

# Who signs in, and where; demo people sign in by one click and only in demo mode.
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["tongban.people.backends.PeopleBackend"]
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "tongban.web.formats"

# What fails is told to whoever watches the node's output; without this Django keeps it to itself outside debug mode.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"output": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {name: {"handlers": ["output"], "level": "ERROR"} for name in ("django", "tongban")},
}

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True

# A working day, counted from signing in: nobody stays signed in at a window overnight.
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
