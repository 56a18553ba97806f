"""Settings, all from the environment (CONTRACT.md section 1).

Without `DATABASE_URL` and `REDIS_URL` everything lives in `KERAPU_HOME`: embedded mode, made for
one machine. With them it is a server's set-up, and what a server needs is then demanded.
"""

import datetime as dt
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
import pgtrigger
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from kerapu.embedded.home import Home

# Generic classes (`ManyToManyField[Place, Any]`) can be written at runtime as mypy reads them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

EMBEDDED_DATABASE = not os.environ.get("DATABASE_URL")
EMBEDDED_BROKER = not os.environ.get("REDIS_URL")
HOME = Home.from_environment()

# --- Addresses and secrets ------------------------------------------------------------------
PORT = env.int("PORT", 8000)
BASE_URL = env.str("KERAPU_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = LOCAL_HOSTS + env.list("KERAPU_ALLOWED_HOSTS", default=[])
# A server that others reach brings its own key: one that lies beside the data would travel with it.
_serves_others = bool(env.list("KERAPU_ALLOWED_HOSTS", default=[])) or (
    urlsplit(BASE_URL).hostname not in {"localhost", "127.0.0.1", "::1"}
)
if _serves_others and not env.str("KERAPU_SECRET_KEY", ""):
    raise ImproperlyConfigured(
        "KERAPU_SECRET_KEY is needed when KERAPU_ALLOWED_HOSTS or KERAPU_BASE_URL names another"
        " host than this machine: set it to 50 or more random characters."
    )
if _serves_others and not env.list("KERAPU_ALLOWED_HOSTS", default=[]):
    raise ImproperlyConfigured(
        "KERAPU_ALLOWED_HOSTS is needed when KERAPU_BASE_URL names another host than this machine:"
        " set it to the host names that browsers use, separated by commas."
    )
SECRET_KEY = env.str("KERAPU_SECRET_KEY", "") or HOME.secret_key()
DEMO_ALLOWED = EMBEDDED_DATABASE and not _serves_others
DEBUG = env.bool("KERAPU_DEBUG", False)
CSRF_TRUSTED_ORIGINS = [BASE_URL]

_https = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # the health check asks from inside, without TLS
TRUSTED_PROXIES = env.list("KERAPU_TRUSTED_PROXY", default=[])
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Apps, in the order of the chain (docs/architecture.md) --------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "leaflet",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "core",
    "territory",
    "catalogue",
    "stakeholders",
    "accounts",
    "planning",
    "programs",
    "budgets",
    "monitoring",
    "convergence",
    "exchange",
    "kerapu",
]
MIDDLEWARE = [
    "core.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.SessionEndMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.WakeMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "kerapu.urls"
WSGI_APPLICATION = "kerapu.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["core.templatetags.kerapu"],
        },
    }
]

# --- Database: PostgreSQL only, one dialect everywhere (docs/adr/0001) ----------------------
_database: dict[str, Any] = (
    {"ENGINE": "kerapu.embedded.backend", "NAME": "kerapu", "USER": "kerapu"}
    if EMBEDDED_DATABASE
    else env.db("DATABASE_URL")
)
DATABASES = {"default": _database | {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One history row a changed row, written by one statement: a bulk write costs two statements.
PGHISTORY_LEVEL = pgtrigger.Statement

# --- Broker and cache ------------------------------------------------------------------------
if EMBEDDED_BROKER:
    CELERY_BROKER_URL = "home://localhost//"  # kerapu.embedded.broker; kombu wants a host
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(HOME.broker / "queue"),
        "data_folder_out": str(HOME.broker / "queue"),
        "control_folder": str(HOME.broker / "control"),
        "store_processed": False,
    }
    # One process may not rely on the memory of another: what is shared stands in the database.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(HOME.broker / "cache"),
        }
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
else:
    CELERY_BROKER_URL = env.str("REDIS_URL")
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env.str("REDIS_URL"),
        }
    }
TICK_SECONDS = 3
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "Asia/Pontianak"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # Finds what was not announced: a lost message delays work by one tick and loses nothing. A
    # tick that waited too long is dropped, so a worker that was away is not flooded.
    "tick": {
        "task": "core.tasks.tick",
        "schedule": TICK_SECONDS,
        "options": {"expires": TICK_SECONDS * 2},
    },
}

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "convergence:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.NameOrMailBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
    {"NAME": "accounts.passwords.NotTheDemonstration"},
]
PASSWORD_RESET_TIMEOUT = 4 * 3600
# A session ends so long after the log-in, whatever happens, and without a request earlier.
SESSION_COOKIE_AGE = 24 * 3600
IDLE_MINUTES = env.int("KERAPU_IDLE_MINUTES", 60)
# Guessing: wrong passwords are counted in the database, so every web process knows of them. How
# many are allowed, for whom and from where, is said in accounts/throttle.py.
AXES_HANDLER = "accounts.throttle.Throttle"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "accounts.throttle.typed_name"
AXES_LOCKOUT_CALLABLE = "accounts.throttle.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "KERAPU"
# Whose password everybody can read: log-ins of the demonstration. On a server that password opens
# nothing (accounts/backends.py), and nobody is spared the second factor.
DEMO_PASSWORD = "karimata-2026"  # noqa: S105
DEMO_USERNAMES = frozenset(
    {"demo", "admin", "bappelitbang", "dpupr", "bksda", "kepala-dpupr", "bupati"}
    if DEMO_ALLOWED
    else ()
)

# --- Language, time, files, mail ----------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Pontianak"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # amounts are formatted by core.formats, codes never are
STATIC_URL = "static/"
STATIC_ROOT = env.path("KERAPU_STATIC", str(HOME.static))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = str(HOME.uploads)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.str("EMAIL_URL", ""):
    globals().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HOME.mail)
DEFAULT_FROM_EMAIL = env.str("KERAPU_MAIL_FROM", "kerapu@localhost")
REST_FRAMEWORK = {
    # A program by its token first, so that who is nobody is told 401 and not 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "exchange.api.authentication.TokenAuthentication",
        "exchange.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["exchange.api.filters.StrictBackend"],
    "DEFAULT_PAGINATION_CLASS": "exchange.api.paging.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "exchange.api.views.said",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "KERAPU API",
    "DESCRIPTION": _(
        "Activities, findings and figures of areas, read only. Codes are the ids; amounts are whole"
        " rupiah; days are ISO 8601; places are written village@island (mainland: village@-)."
        " A program sends “Authorization: Bearer” with its token."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "ENUM_NAME_OVERRIDES": {
        "ActivityStatus": "programs.models.Activity.Status",
        "FindingKind": "convergence.models.Kind",
        "FindingState": "convergence.models.Finding.State",
        "ReportStatus": "monitoring.models.Report.Status",
    },
}
LEAFLET_CONFIG = {"NO_GLOBALS": True}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"axes": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("KERAPU_LOG_LEVEL", "INFO")},
}
