"""The project: settings, addresses, Celery, embedded services."""

from kerapu.celery import app as celery_app

__all__ = ["celery_app"]
