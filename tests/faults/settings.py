"""The product's settings for a worker that is killed again and again: everything sooner."""

import os

from tracker.settings import *  # noqa: F403
from tracker.settings import DATABASES

NOTIFICATION_PROVIDERS = {"page": "tests.faults.provider.Store"}
NOTIFICATION_FIND_SECONDS = 3.0
NOTIFICATION_DELIVER_SECONDS = 0.5
NOTIFICATION_LEASE_SECONDS = 2
NOTIFICATION_PAUSE_SECONDS = 1
PROVIDER_STORE = os.environ["PROVIDER_STORE"]
PROVIDER_LONGEST_SECONDS = float(os.environ["PROVIDER_LONGEST_SECONDS"])
# kill -9 ends a process, not the machine: waiting for the disk would prove nothing here
DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"][
    "init_command"
].replace("synchronous=FULL", "synchronous=OFF")
