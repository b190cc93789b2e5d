"""The product's settings, in a temporary place and without what only slows a test down."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_VAR = Path(tempfile.mkdtemp(prefix="regain-tests-"))
atexit.register(shutil.rmtree, _VAR, ignore_errors=True)

# whatever the developer's shell or .env says
os.environ |= {
    "REGAIN_VAR": str(_VAR),
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", f"sqlite:///{_VAR}/regain.sqlite3"),
    "CELERY_BROKER_URL": "filesystem://localhost",
    "DEMO": "1",
    "DEMO_PASSWORD": "",
    "DEBUG": "0",
    "HTTPS": "0",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "",
    "SECRET_KEY": "",
    "EMAIL_URL": "memorymail://",
    "EMAIL_FROM": "",
    "PUBLIC_URL": "",
    "VAPID_PRIVATE_KEY": "",
}

from tracker.settings import *  # noqa: E402, F403
from tracker.settings import DATABASES, IS_SQLITE  # noqa: E402

if IS_SQLITE:
    # a file, as in the product: threads and WAL behave as they do there
    DATABASES["default"]["TEST"] = {"NAME": str(_VAR / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = True
