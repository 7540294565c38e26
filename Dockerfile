# Two stages: one with the compiler, one with the binary, the C library and root certificates.
#
#     docker build --tag vestibule .
#
# The binary contains its templates, styles, languages and migrations; the rest is settings (docs/configuration.md) and
# /data.

FROM rust:1.95-slim-bookworm AS build
# The build of the memory allocator (jemalloc) needs make.
RUN apt-get update && apt-get install --yes --no-install-recommends make
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/build/target,sharing=locked \
    cargo build --release --locked --bin vestibule \
    && cp target/release/vestibule /usr/local/bin/vestibule

FROM debian:bookworm-slim
# Root certificates for TLS to the mail server and the database; time zones for the times on pages. A new volume takes
# owner and mode from /data. The user is numeric, so that Kubernetes can check `runAsNonRoot`; it has no shell and no home.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /usr/local/bin/vestibule /usr/local/bin/vestibule

ENV ROCKET_PROFILE=release \
    ROCKET_ADDRESS=0.0.0.0 \
    ROCKET_PORT=8000

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000

# On SIGTERM, Vestibule finishes open requests.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s --retries=3 CMD ["vestibule", "healthcheck"]
ENTRYPOINT ["vestibule"]
CMD ["serve"]
