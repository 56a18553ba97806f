"""The JSON API of partner systems, version 1: read only (docs/plans/0004-people-and-plans.md)."""
