# Web, worker and beat run from this one image; compose.yaml says which.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 REGAIN_VAR=/srv/var DEMO=0 PATH=/srv/venv/bin:$PATH
WORKDIR /srv/regain
# what draws PDF and PNG, with a font for Korean
RUN apt-get update && apt-get install -y --no-install-recommends \
        libpangoft2-1.0-0 fontconfig fonts-nanum && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN python -m venv /srv/venv && pip install --no-cache-dir -r requirements.txt
COPY tracker tracker
COPY patients patients
COPY outcomes outcomes
COPY api api
COPY templates templates
COPY manage.py .
# the collected files belong to the image; the key made here is thrown away
RUN useradd --system --home-dir /srv regain \
    && python manage.py collectstatic --noinput --ignore redoc --ignore rest_framework \
    && rm -f $REGAIN_VAR/secret_key && chown -R regain /srv/var
USER regain
EXPOSE 8000
CMD ["gunicorn", "tracker.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--preload"]
