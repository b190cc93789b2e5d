"""All configuration. Every variable from the environment is read through tracker.env."""

from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tracker import env, languages

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(BASE_DIR / ".env")
VAR_DIR = env.folder("REGAIN_VAR", BASE_DIR / "var")

DEMO = env.boolean("DEMO", True)
DEBUG = env.boolean("DEBUG", False)
if DEBUG and not DEMO:
    raise ImproperlyConfigured(
        "DEBUG=1 shows patients' data in error pages, so a real site (DEMO=0) does not start with "
        "it: leave DEBUG out, or look for the fault in a demo."
    )
# HTTPS=0 is for one machine and for tests; a real site sits behind TLS.
HTTPS = env.boolean("HTTPS", not DEMO)
SECRET_KEY = env.secret("SECRET_KEY", VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "knox",
    "simple_history",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tracker",
    "patients",
    "outcomes",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.middleware.request_id",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "tracker.middleware.no_store",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.context.site",
            ],
        },
    }
]

# --- database ---------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'regain.sqlite3'}")}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    # IMMEDIATE: with the default DEFERRED, concurrent writers fail at once with "locked".
    # synchronous=FULL: a write acknowledged is a write kept, also through a power loss.
    # recursive_triggers: without it, INSERT OR REPLACE deletes a row past the triggers.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    # an address that swallows packets is told as unreachable, not waited for
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Opening a connection costs more than most requests.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}

# --- who is asking ----------------------------------------------------------------------------
AUTH_USER_MODEL = "patients.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "patients.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "patients.accounts.SignIn",
    "request_login_code": "patients.accounts.CodeByEmail",
}
# For patients and caregivers, who have no password: a passkey, or six digits by e-mail, which are
# good for a quarter of an hour and three tries each.
MFA_FORMS = {"login_webauthn": "patients.accounts.SignInByPasskey"}
MFA_ADAPTER = "patients.accounts.Passkeys"
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": "200/m/ip"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # patients.accounts sends one of its own
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# Behind a proxy every request comes from its address: without this, 50 wrong guesses of anyone
# would lock the whole site out.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXIES", 1 if HTTPS else 0)
# Guessing: refused after 10 wrong tries a quarter of an hour per name and address.
# Codes by e-mail: with three tries each, 60 guesses an hour at one address.
# Invitations: a hospital's visitors share an address; a code is one of 850 thousand million.
ACCOUNT_RATE_LIMITS = {
    "login": "200/m/ip",
    "login_failed": "10/15m/key,50/15m/ip",
    "request_login_code": "20/m/ip,5/15m/key",
    "address_code": "20/m/ip,5/15m/key",
    "join": "60/15m/ip",
}
# Visit warnings carry grades and dates: they stay on the server, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# a link to choose a password, which an administrator hands over
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
# patients and caregivers, on a phone of their own: from signing in, however often it is used
PHONE_SESSION = timedelta(days=30)

KNOX_TOKEN_MODEL = "knox.AuthToken"
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": timedelta(days=30)}

# --- e-mail -----------------------------------------------------------------------------------
# A demo writes its letters to files. A real site without a mail server offers no codes by e-mail.
vars().update(env.email("EMAIL_URL", f"filemail:///{VAR_DIR / 'mail'}"))
HAS_EMAIL = DEMO or bool(env.text("EMAIL_URL", ""))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "regain@localhost")
EMAIL_TIMEOUT = 10

# --- transport --------------------------------------------------------------------------------
# with TLS the browser itself keeps this cookie to the one host, whatever else runs beside it
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^healthz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# A page from an earlier sign-in: what was typed in it is kept, and it says how to go on.
CSRF_FAILURE_VIEW = "outcomes.pages.drafts.not_sent"
# What was typed and not recorded is kept this long after the last change: long enough for a leave
# of four weeks, and no store of health data that nobody looks after. No source says a number.
DRAFT_DAYS = 30
# A form open longer than this after its page was made is not kept once the session has ended.
DRAFT_SLIP_SECONDS = 2 * SESSION_COOKIE_AGE
# Of one person's forms; a form saves itself at most every second while someone types.
DRAFTS_PER_MINUTE = 120
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- language, time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = list(languages.LANGUAGES.items())
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files -----------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# fonts and images are compressed already; source maps are for us, not for a phone
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *["png", "jpg", "jpeg", "gif", "webp", "ico", "woff", "woff2", "gz", "br", "zip", "map"],
]

# --- API --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.BearerToken",
        "api.authentication.WebSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "2000/min"},
    "EXCEPTION_HANDLER": "api.errors.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Regain API",
    "DESCRIPTION": (
        "Recovery after spinal decompression. Decision support, not diagnosis.\n\n"
        "**Writing.** A document carries the id its client made (a UUID). The same document sent "
        "again gets the original answer; another one under the same id is a 409. An "
        "`Idempotency-Key` may stand in for the id. What was not recorded is left out, never null. "
        "`warnings` in the answer to a write are questions to look at; they never block.\n\n"
        "**Changing.** `PATCH` with `If-Match` (the ETag last read) and a `reason`. A field that "
        "is named is replaced whole: to change one leg of `motor`, send all of `motor`. "
        "`entered_in_error: true` takes a record out of every list and keeps it in the history.\n\n"
        "**Refusals** are `application/problem+json`: 400 for a body that cannot be read, 422 for "
        "values that cannot be stored, with a pointer and what to do for each."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": None,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["api.schema.finish"],
}

# --- background work --------------------------------------------------------------------------
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = env.broker("CELERY_BROKER_URL", "filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if CELERY_BROKER_URL.startswith("filesystem://"):
    BROKER_DIR.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
    }
else:
    # A server that is gone or hangs is noticed in seconds. What a killed worker held comes back
    # after the visibility timeout at the earliest; the rows in the database do not wait for it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 5,
        "visibility_timeout": 600,
    }
# The worker goes on trying for as long as the broker is away.
CELERY_BROKER_CONNECTION_RETRY = CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULER = "tracker.beat:Scheduler"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
# Older than this, background work counts as stopped (beat writes every 10 seconds).
HEARTBEAT_STALE_SECONDS = 60

# Push: where browsers have their notices taken to, and whom a push service may write to.
VAPID_PRIVATE_KEY = env.private_key("VAPID_PRIVATE_KEY", VAR_DIR / "vapid_private_key")
PUSH_CONTACT = parseaddr(DEFAULT_FROM_EMAIL)[1]
PUSH_HOSTS = [
    "fcm.googleapis.com",  # Chrome, Edge on Android, Samsung Internet
    "push.services.mozilla.com",  # Firefox
    "notify.windows.com",  # Edge on Windows
    "push.apple.com",  # Safari
]
# The address that links in emails begin with.
PUBLIC_URL = env.text(
    "PUBLIC_URL",
    f"http://localhost:{env.integer('PORT', 8000)}" if DEMO else f"https://{ALLOWED_HOSTS[0]}",
)

# Channels and who carries each (outcomes/delivery.py). A provider must answer within the lease.
NOTIFICATION_PROVIDERS = {"page": "outcomes.delivery.Page", "push": "outcomes.push.Push"}
if HAS_EMAIL:
    NOTIFICATION_PROVIDERS["email"] = "outcomes.email.Email"
NOTIFICATION_FIND_SECONDS = 600.0
NOTIFICATION_DELIVER_SECONDS = 10.0
# Escalation is counted in minutes.
NOTIFICATION_ALERT_SECONDS = 30.0
# A claim older than this was left by a worker that died.
NOTIFICATION_LEASE_SECONDS = 60
# After the first failed attempt this long, then twice as long each time, eight attempts in all.
NOTIFICATION_PAUSE_SECONDS = 60
NOTIFICATION_ATTEMPTS = 8

# Files of laboratory results: how often the sweep looks for one that waits, after how long a claim
# was left by a worker that died, and when file and rows are deleted.
LAB_IMPORT_SECONDS = 10.0
LAB_IMPORT_LEASE_SECONDS = 60
LAB_IMPORT_KEEP_DAYS = 7

# What the worker computes for a comparison: how often the sweep looks for what waits, after how
# long a claim was left by a worker that died, and how long what was made is kept.
COHORT_JOB_SECONDS = 10.0
COHORT_JOB_LEASE_SECONDS = 300
COHORT_JOB_KEEP_HOURS = 24

CACHES = {
    "default": (
        {"BACKEND": "tracker.cache.RedisOrLocalCache", "LOCATION": CELERY_BROKER_URL}
        if CELERY_BROKER_URL.startswith("redis")
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
        }
    )
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    # a probe that asks every few seconds is no news; `serve` says what is not well, once
    "filters": {
        "no_probes": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: "/healthz" not in record.getMessage(),
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_probes"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
