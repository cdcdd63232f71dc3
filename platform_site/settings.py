"""Settings of the site. What may differ between installations comes from `environment`, and only from there."""

import gc
import re
import sys
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from platform_site import environment
from platform_site.environment.private import keep_private
from platform_site.environment.static_files import COMPRESSED, PLAIN, folder_of_release, is_complete
from platform_site.roof import logs

gc.set_threshold(50_000, 20, 100)  # a start makes objects that stay: looking through them took a fifth of its time

BASE_DIR = Path(__file__).resolve().parent.parent
try:
    ENVIRONMENT = environment.read(base_dir=BASE_DIR)
except environment.ImproperlyConfigured as faults:
    sys.exit(str(faults))  # a sentence per fault, and no traceback that hides them

DEBUG = bool(ENVIRONMENT.debug)
SECRET_KEY, SECRET_KEY_FALLBACKS = ENVIRONMENT.secret_key, ENVIRONMENT.secret_key_fallbacks
AUDIT_KEYS = list(dict.fromkeys([*ENVIRONMENT.audit_keys, *filter(None, [ENVIRONMENT.audit_key])]))  # the newest first
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins
STATE_DIR = ENVIRONMENT.state_dir
DATA_ROOTS = ENVIRONMENT.data_roots
CONNECTIONS = ENVIRONMENT.connections
SPARK_CONNECT_TOKEN = ENVIRONMENT.spark_connect_authenticate_token

INSTALLED_APPS = [
    "platform_site",  # before Django's own: its commands that change accounts replace theirs
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets' templates, of which templates/django/forms replaces one
    "platform_site.apps.AdminSite",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "rest_framework",
    "platform_site.people",
    "platform_site.audit",
    "platform_site.webhooks",
    "registry",
    "assessments",
]

MIDDLEWARE = [
    "platform_site.roof.request_log.RequestLogMiddleware",  # its id is of everything that follows
    "platform_site.roof.tracing.TracingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer by a random length, so that its size tells no secret
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # before whoever may answer by themselves
    "csp.middleware.CSPMiddleware",
    "platform_site.roof.nul_bytes.NulByteMiddleware",  # before the first that looks something up by the address
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "platform_site.roof.no_store.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "platform_site.roof.moved_addresses.MovedMiddleware",  # outside of what turns an unknown name into a 404
    "platform_site.errors.RefusalMiddleware",
]

ROOT_URLCONF = "platform_site.urls"
WSGI_APPLICATION = "platform_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "platform_site.roof.badges.badges",
                "platform_site.roof.watched.silence.silences",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

keep_private(STATE_DIR)

# -- the database: one writer at a time on SQLite (IMMEDIATE), any number on PostgreSQL -------------------------------

DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60, conn_health_checks=True)}
ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # recursive_triggers: without it INSERT OR REPLACE deletes an audit row past its delete trigger.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
    }
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Tests use a file too: threads of a worker see one database, which an in-memory one does not give them.
    DATABASES["default"]["TEST"] = {"NAME": str(STATE_DIR / "test.sqlite3")}

# -- the broker, the cache and the workers ----------------------------------------------------------------------------

REDIS_URL = ENVIRONMENT.redis_url
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            # Every page asks it whether the workers live: a host that swallows packets must not hold pages for minutes.
            "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUDIT_HEADS_FILE = ENVIRONMENT.audit_heads_file
AUDIT_HEADS_URL, AUDIT_HEADS_SECRET = ENVIRONMENT.audit_heads_url, ENVIRONMENT.audit_heads_secret
CHECK_MEMORY_BYTES = ENVIRONMENT.check_memory_mib * 2**20
DECISIONS_KEPT_DAYS = ENVIRONMENT.decisions_kept_days
LINEAGE_EVENTS_KEPT_DAYS = ENVIRONMENT.lineage_events_kept_days
CHECK_RUNS_KEPT_DAYS = ENVIRONMENT.check_runs_kept_days
SERVING_REPORTS_KEPT_DAYS = ENVIRONMENT.serving_reports_kept_days
DELIVERIES_KEPT_DAYS, IMPORTS_KEPT_DAYS = ENVIRONMENT.deliveries_kept_days, ENVIRONMENT.imports_kept_days
CHECK_TIME_LIMIT_S = ENVIRONMENT.check_time_limit_s
TASK_HARD_LIMIT_S = CHECK_TIME_LIMIT_S + 30
CHANGE_REQUEST_DAYS = ENVIRONMENT.change_request_days
RUN_LEASE_S = ENVIRONMENT.run_lease_s  # renewed by the work; one that ended means that nobody works on the run
SWEEP_EVERY_S = RUN_LEASE_S / 3
WEBHOOK_RETRY_S = ENVIRONMENT.webhook_retry_s
RUN_ATTEMPTS = 3

CELERY_BROKER_URL = REDIS_URL or "redis://127.0.0.1:1/0"  # port 1: nobody answers, and saved work waits for the sweep
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * TASK_HARD_LIMIT_S + 60,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0.1,  # instead of 2 s, which everybody who saves would wait while the broker is away
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
SOON, IN_TURN = 0, 9  # on this broker 0 comes first; behind a long queue each sweep would expire unrun
CELERY_TASK_DEFAULT_PRIORITY = IN_TURN
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = TASK_HARD_LIMIT_S - 10
CELERY_TASK_TIME_LIMIT = TASK_HARD_LIMIT_S
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "platform_site.roof.watched.beat:WatchedScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "prune": {"task": "platform_site.prune", "schedule": 3600.0, "options": {"expires": 3600}},
    "note-audit-head": {"task": "platform_site.note_audit_head", "schedule": 3600.0},
    "note-expired-tokens": {"task": "people.note_expired_tokens", "schedule": 60.0, "options": {"expires": 60}},
    "webhooks": {"task": "webhooks.send_what_is_due", "schedule": 5.0, "options": {"expires": 5, "priority": SOON}},
    "reopen-alerts": {"task": "registry.reopen_alerts", "schedule": 30.0, "options": {"expires": 30}},
    "change-requests": {"task": "registry.look_after_change_requests", "schedule": 60.0, "options": {"expires": 60}},
    "rollouts": {
        "task": "registry.advance_rollouts",
        "schedule": 10.0,
        "options": {"expires": 10, "priority": SOON},
    },
    "look-for-silence": {"task": "registry.look_for_silence", "schedule": 60.0, "options": {"expires": 60}},
    "look-at-views": {"task": "registry.look_at_views", "schedule": 600.0, "options": {"expires": 600}},
    "mlflow-events": {"task": "registry.sweep_mlflow_events", "schedule": 60.0, "options": {"expires": 60}},
    "mlflow-servers": {"task": "registry.import_mlflow_servers", "schedule": 60.0, "options": {"expires": 60}},
    "send-lineage": {"task": "registry.follow_for_lineage", "schedule": 30.0, "options": {"expires": 30}},
    "due-checks": {
        "task": "registry.run_what_is_due",
        "schedule": 15.0,
        "options": {"expires": 15, "priority": SOON},
    },
    "sweep-imports": {
        "task": "assessments.sweep_imports",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S, "priority": SOON},
    },
    "read-trackers": {"task": "assessments.queue_tracker_syncs", "schedule": 60.0, "options": {"expires": 60}},
    "learn-ticket-types": {"task": "assessments.learn_ticket_types", "schedule": 24 * 3600.0},
    "remind-of-initiatives": {"task": "assessments.remind_of_initiatives", "schedule": 3600.0},
    "remind-of-exemptions": {"task": "assessments.remind_of_exemptions", "schedule": 3600.0},
    "watch-figures": {"task": "assessments.watch_figures", "schedule": 3600.0, "options": {"expires": 3600}},
    "queue-review-mails": {"task": "assessments.queue_review_mails", "schedule": 3600.0},
    "sweep-review-mails": {"task": "assessments.sweep_review_mails", "schedule": 60.0, "options": {"expires": 60}},
    "sweep": {
        "task": "registry.sweep",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S, "priority": SOON},
    },
}

# -- what goes out ----------------------------------------------------------------------------------------------------

OUTBOUND_ALLOW = ENVIRONMENT.outbound_allow
TRACKERS, TRACKER_MINUTES = ENVIRONMENT.trackers, ENVIRONMENT.tracker_minutes
OPENLINEAGE_URL = ENVIRONMENT.openlineage_url.rstrip("/")
OPENLINEAGE_ENDPOINT = ENVIRONMENT.openlineage_endpoint.strip("/")
OPENLINEAGE_API_KEY = ENVIRONMENT.openlineage_api_key
OPENLINEAGE_NAMESPACE = ENVIRONMENT.openlineage_namespace
MLFLOW_TRACKING_URI = ENVIRONMENT.mlflow_tracking_uri.rstrip("/")
MLFLOW_SERVERS = ENVIRONMENT.every_mlflow_server
PUBLIC_ORIGIN = next(iter(CSRF_TRUSTED_ORIGINS), "")  # what links in messages begin with
MAIL_IS_SET = bool(ENVIRONMENT.mail.host)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_IS_SET else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = ENVIRONMENT.mail
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.email_from

# -- people -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["platform_site.people.backends.Passwords"]
PROVIDER, PASSWORD_SIGN_IN = ENVIRONMENT.provider, ENVIRONMENT.password_sign_in
if PROVIDER:
    AUTHENTICATION_BACKENDS.append("platform_site.people.backends.ThroughProvider")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
# Set, so that addresses made outside of a request, and those of static files, begin with it too.
FORCE_SCRIPT_NAME = ENVIRONMENT.script_name or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{ENVIRONMENT.script_name}/"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"

# -- what the browser may do ------------------------------------------------------------------------------------------

EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # Plotly adds one empty <style>
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, EMPTY_STYLE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "platform_site.roof.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENVIRONMENT.production
SECURE_REDIRECT_EXEMPT = [
    rf"^{re.escape(f'{ENVIRONMENT.script_name}/{probe}'[1:])}$" for probe in ("healthz", "readyz")
]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if ENVIRONMENT.production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.production
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
if ENVIRONMENT.behind_tls_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
GITHUB_WEBHOOK_SECRET = ENVIRONMENT.github_webhook_secret

# -- the API ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "platform_site.api.authentication.BearerToken",
        "platform_site.api.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["platform_site.api.permissions.SignedInWithScope"],
    "DEFAULT_RENDERER_CLASSES": ["platform_site.api.rendering.Json"],
    "DEFAULT_PARSER_CLASSES": ["platform_site.api.parsing.Json"],
    "DEFAULT_PAGINATION_CLASS": "platform_site.api.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.SearchFilter",
        "platform_site.api.pagination.Ordering",
    ],
    "DEFAULT_SCHEMA_CLASS": "platform_site.api.schema.Schema",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is a filter of ours, and no way to choose a renderer
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is 405: the schema tells more, and alike for everybody
    "DEFAULT_THROTTLE_CLASSES": ["platform_site.api.throttling.PerPerson"],
    "DEFAULT_THROTTLE_RATES": {"person": f"{ENVIRONMENT.api_calls_per_minute}/min"},
    "EXCEPTION_HANDLER": "platform_site.api.problems.answer",
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plumbline",
    "DESCRIPTION": "How healthy is our ML platform, and is what we serve what we trained?",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "platform_site.api.schema.Generator",
    "SERVERS": [{"url": ENVIRONMENT.script_name}] if ENVIRONMENT.script_name else [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["platform_site.api.permissions.SignedInWithScope"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "filter": True},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "RunState": "registry.models.CheckRun.State",
        "CapabilityStatus": "assessments.health.serializers.assessments.STATUSES",
        "CapabilityPriority": "assessments.health.serializers.assessments.PRIORITIES",
        "AssessmentState": "assessments.models.Assessment.State",
        "PostmortemClassification": "assessments.postmortems.serializers.CLASSES",
        "PostmortemLinkKind": "assessments.postmortems.serializers.KINDS",
        "InitiativeState": "assessments.initiatives.serializers.STATES",
        "InitiativeOrigin": "assessments.initiatives.serializers.KINDS",
        "AccessRequestState": "platform_site.people.models.AccessRequest.State",
        "AlertState": "registry.models.Alert.State",
        "DeliveryState": "platform_site.webhooks.models.Delivery.State",
        "TokenState": "platform_site.people.serializers.TOKEN_STATES",
        "WebhookKind": "platform_site.webhooks.models.Webhook.Kind",
        "NotificationSeverity": "platform_site.webhooks.serializers.SEVERITIES",
        "OverrideState": "registry.models.Override.State",
        "TrackerSyncState": "assessments.models.TrackerSync.State",
        "ObservationState": "registry.models.SourceObservation.State",
        "ToolImportState": "registry.models.Import.State",
        "ImportStepEffect": "registry.imports.serializers.EFFECTS",
        "TicketImportState": "assessments.models.TicketImport.State",
        "TicketType": "assessments.tickets.serializers.tickets.TYPES",
        "CampaignState": "assessments.tickets.serializers.campaigns.STATES",
        "DateOrder": "assessments.tickets.serializers.imports.ORDERS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "platform_site.api.schema.describe_problems",
        "platform_site.api.schema.describe_bodies",
        "platform_site.api.schema.show_a_call",
    ],
}

# -- static files, time, language, logs -------------------------------------------------------------------------------

STATIC_URL = f"{ENVIRONMENT.script_name}/static/"  # whole: a web process begins without a prefix
STATICFILES_DIRS = [BASE_DIR / "static"]
COMPRESSED_STATIC = folder_of_release(STATE_DIR, BASE_DIR / "static", BASE_DIR / "requirements.txt")
# Complete where `up` or `compress_static` made it; else each file is served as it lies there.
IS_COMPRESSED = is_complete(COMPRESSED_STATIC)
STATIC_ROOT = COMPRESSED_STATIC if IS_COMPRESSED else None
FILE_UPLOAD_PERMISSIONS = None  # the umask decides, which `up` sets to the owner alone
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": COMPRESSED if IS_COMPRESSED else PLAIN},
}
WHITENOISE_USE_FINDERS = not IS_COMPRESSED
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

LOGGING = logs.configuration(ENVIRONMENT.log_format)
