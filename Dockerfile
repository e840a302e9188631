FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /earshot ./cmd/earshot && mkdir -p /out/data /out/tmp

# Nothing but the program, the certificates of mail servers and of MongoDB, and two folders that it may write to.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /earshot /earshot
COPY --from=build --chown=65532:65532 /out/ /
USER 65532:65532
ENV EARSHOT_LISTEN=:8080 EARSHOT_STORE=/data/earshot.db EARSHOT_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s CMD ["/earshot", "healthcheck"]
ENTRYPOINT ["/earshot"]
