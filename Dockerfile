# Build: the wheel and its locked dependencies into one virtual environment.
FROM python:3.13-slim-trixie AS build
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE CHANGELOG.md alembic.ini ./
COPY src ./src
COPY templates ./templates
COPY migrations ./migrations
RUN pip install --no-cache-dir 'uv>=0.9,<1' \
 && UV_PROJECT_ENVIRONMENT=/opt/phasewise uv sync --frozen --no-dev --no-editable --compile-bytecode

# Run: no compiler, no package manager's cache, no root.
FROM python:3.13-slim-trixie
RUN useradd --uid 65532 --no-create-home --shell /usr/sbin/nologin phasewise \
 && install -d -o 65532 -g 65532 -m 0700 /data
COPY --from=build /opt/phasewise /opt/phasewise
ENV PATH=/opt/phasewise/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PHASEWISE_DATA_DIR=/data \
    PHASEWISE_LOG_FORMAT=json
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["phasewise"]
CMD ["serve", "--host", "127.0.0.1", "--port", "8000"]
