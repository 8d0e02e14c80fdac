# syntax=docker/dockerfile:1

# The same sources and VERSION make the same program, byte for byte: docs/operations.md.
FROM golang:1.26.8-bookworm AS build
ARG VERSION=development
WORKDIR /src
ENV CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS="-buildvcs=false -trimpath"
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
# The sources are mounted, not copied: no layer holds what lies beside them, such as ./secrets.
RUN --mount=type=bind,target=. --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -ldflags="-s -w -X main.version=${VERSION}" -o /out/assent .
# The folder of the embedded database, and the name of the user it belongs to below.
RUN mkdir /out/data && echo 'nonroot:x:65532:65532::/data:/nonexistent' > /out/passwd

# Nothing but the program, the certificate authorities and a folder for data: no shell, no package manager. Time zones
# are not needed: all times are UTC.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/passwd /etc/passwd
COPY --from=build /out/assent /assent
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV DATA_DIR=/data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/assent", "healthcheck"]
ENTRYPOINT ["/assent"]
CMD ["serve"]
