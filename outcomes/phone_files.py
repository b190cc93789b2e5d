"""Which static files make the phone's pages an app."""

SCRIPTS = ("device.js", "leaving.js", "phone-queue.js", "phone-list.js", "phone-say.js",
           "phone-shell.js")  # fmt: skip
"""What every page of the phone loads, in this order."""
WORKER_SCRIPTS = ("device.js", "phone-queue.js", "phone-worker.js", "sw-push.js")
"""What the service worker is made of, in this order."""
ASSETS = ("tokens.css", "app.css", "phone.css", "img/phone-192.png", *SCRIPTS)
"""What the pages need to open without a network."""
