"""Celery: the worker that judges. A message only wakes it; what is to do stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kerapu.settings")

app = Celery("kerapu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
