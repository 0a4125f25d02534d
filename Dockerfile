# Woadkeeper in one container: port 10000, an init as first process, a user without rights.
FROM swift:6.3-bookworm AS build
WORKDIR /source
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcap-dev libcurl4-openssl-dev libpng-dev libsimdjson-dev libsqlite3-dev libssl-dev libuv1-dev \
        libwebsockets-dev libzstd-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN swift build -c release --static-swift-stdlib --product woadkeeper \
    && strip -o /woadkeeper "$(swift build -c release --static-swift-stdlib --show-bin-path)/woadkeeper"

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcap2 libcurl4 libpng16-16 libsimdjson14 libsqlite3-0 libssl3 libstdc++6 libwebsockets17 \
        libzstd1 poppler-utils tini tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/woadkeeper woadkeeper \
    && install -d -o woadkeeper -g woadkeeper /var/lib/woadkeeper/state
COPY --from=build /woadkeeper /usr/local/bin/woadkeeper
USER woadkeeper
WORKDIR /var/lib/woadkeeper
# The journal. A named volume takes over owner and rights of this folder; a mounted one must belong to the user.
VOLUME /var/lib/woadkeeper/state
EXPOSE 10000
ENTRYPOINT ["tini", "--", "woadkeeper"]
CMD ["run"]
