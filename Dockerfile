# One image for the web server and for the commands a timer runs. Build: docker compose build
FROM python:3.11-slim-bookworm
RUN apt-get update -qq \
 && apt-get install -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
ENV HASHED_STATIC=on PYTHONUNBUFFERED=1
RUN SECRET_KEY=only-while-building-only-while-building python manage.py collectstatic --noinput --verbosity 0 \
 && useradd --system --create-home portal \
 && install --directory --owner portal --mode 700 /files
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4"]
