"""The JSON API of partner systems, version 1: read only."""
