"""Celery: the worker that judges. A message only wakes it; what is to do stands in the database."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from kerapu.embedded import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kerapu.settings")

TRANSPORT_ALIASES[broker.SCHEME] = f"{broker.__name__}:Transport"

app = Celery("kerapu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
