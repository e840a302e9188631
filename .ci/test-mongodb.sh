#!/bin/sh
# Runs all tests on the replica set of compose.yaml, and lets its primary step down while the store's suite runs.
set -eu
docker compose up -d --wait mongo1 mongo2 mongo3 mongo-init
export TEST_MONGODB_URI='mongodb://127.0.0.1:27017,127.0.0.1:27018,127.0.0.1:27019/earshot_test?replicaSet=rs0'
export TEST_MONGODB_STEPDOWN=1
go test -count=1 -timeout 30m ./survey/store/... ./survey/... ./cmd/...
