# Any image with Python 3.11 or later, its pip and its venv: both stages have to stand on the same one.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY mockserver mockserver
COPY fixtures fixtures
# Names of places and carriers, and numpy's own tests: 60 MB that nothing here reads.
RUN pip wheel --no-cache-dir --wheel-dir /wheels '.[json-logs]' \
    && python -m venv --without-pip /opt/mockserver \
    && pip --python /opt/mockserver/bin/python install --no-cache-dir --no-index --find-links /wheels 'mockserver[json-logs]' \
    && cd /opt/mockserver/lib/python3*/site-packages \
    && rm -rf phonenumbers/geodata phonenumbers/carrierdata \
    && find numpy -type d -name tests -prune -exec rm -r {} + \
    && mkdir /data

FROM ${BASE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mockserver" \
      org.opencontainers.image.description="A local stand-in for telephony APIs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/mockserver /opt/mockserver
COPY --from=build --chown=10001:10001 /data /data
# Nothing is written but to standard output and /data, so the root may be read-only.
ENV PATH=/opt/mockserver/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MOCKSERVER_HOST=0.0.0.0 \
    MOCKSERVER_DATA_DIR=/data
# A mockserver.toml that is mounted here is read.
WORKDIR /etc/mockserver
VOLUME /data
USER 10001:10001
EXPOSE 8080 8443
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=15s --retries=3 CMD ["mockserver", "healthcheck"]
ENTRYPOINT ["mockserver"]
