#!/bin/sh
# Runs every test and says loudly at the end what did not run. RACE=-race adds the race detector.
set -u
out=$(mktemp)
trap 'rm -f "$out"' EXIT
# The list of packages and the verdict of each goes to the screen; skipped tests are collected from the verbose output.
go test ${RACE:-} -shuffle=on -count=1 -timeout 20m -v ./... >"$out" 2>&1
status=$?
if [ $status -ne 0 ]; then
	grep -vE '^(=== (RUN|PAUSE|CONT|NAME)|\s*--- (PASS|SKIP))' "$out"
else
	grep -E '^(ok|FAIL|\?|---)' "$out" | grep -vE '^--- (PASS|SKIP)'
fi
grep -hE 'mongotest: ' "$out" | sed 's/^ *//' | sort -u
passed=$(grep -cE '^\s*--- PASS' "$out")
failed=$(grep -cE '^\s*--- FAIL' "$out")
skipped=$(grep -cE '^\s*--- SKIP' "$out")
if [ "$skipped" -gt 0 ]; then
	echo
	echo "DID NOT RUN: $skipped tests"
	grep -E -A1 '^\s*--- SKIP' "$out" | grep -vE '^--$'
fi
echo
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
