FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY mockserver mockserver
COPY fixtures fixtures
RUN pip wheel --no-cache-dir --wheel-dir /wheels '.[json-logs]' \
    && python -m venv --without-pip /opt/mockserver \
    && pip --python /opt/mockserver/bin/python install --no-cache-dir --no-index --find-links /wheels 'mockserver[json-logs]'

FROM python:3.11-slim
LABEL org.opencontainers.image.title="mockserver" \
      org.opencontainers.image.description="A local stand-in for telephony APIs" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/mockserver /opt/mockserver
# Nothing is written but to standard output, so the root may be read-only.
ENV PATH=/opt/mockserver/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MOCKSERVER_HOST=0.0.0.0
# A mockserver.toml that is mounted here is read.
WORKDIR /etc/mockserver
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 CMD ["mockserver", "healthcheck"]
ENTRYPOINT ["mockserver"]
