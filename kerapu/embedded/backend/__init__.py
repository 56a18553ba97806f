"""Django's PostgreSQL backend on the embedded server: ENGINE = "kerapu.embedded.backend"."""
