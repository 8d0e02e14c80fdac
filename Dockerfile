# syntax=docker/dockerfile:1

FROM golang:1.26.8 AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
# The sources are mounted, not copied: no layer holds what lies beside them, such as ./secrets.
RUN --mount=type=bind,target=. --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -buildvcs=false -trimpath -ldflags='-s -w' -o /out/assent .
# The folder of the embedded database; empty, and owned by the service's user below.
RUN mkdir /out/data

# Nothing but the program, the certificate authorities and a folder for data: no shell, no package manager.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/assent /assent
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV DATA_DIR=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/assent", "healthcheck"]
ENTRYPOINT ["/assent"]
CMD ["serve"]
