FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /earshot ./cmd/earshot && mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /earshot /earshot
COPY --from=build --chown=nonroot:nonroot /data /data
ENV EARSHOT_LISTEN=:8080 EARSHOT_STORE=/data/earshot.db EARSHOT_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s CMD ["/earshot", "healthcheck"]
ENTRYPOINT ["/earshot"]
