#!/bin/sh
# Runs every test and says loudly at the end what did not run. RACE=-race adds the race detector.
set -u
out=$(mktemp)
trap 'rm -f "$out"' EXIT
# The list of packages and the verdict of each goes to the screen; skipped tests are collected from the verbose output.
# TestScreenshots and TestGallery are no tests: they take pictures where they are told to (make screenshots).
# What vet finds, make check has found.
go test ${RACE:-} -vet=off -shuffle=on -count=1 -timeout 20m -skip '^(TestScreenshots|TestGallery)$' -v ./... >"$out" 2>&1
status=$?
if [ $status -ne 0 ]; then
	grep -vE '^(=== (RUN|PAUSE|CONT|NAME)|\s*--- (PASS|SKIP))' "$out"
else
	grep -E '^(ok|FAIL|\?|---)' "$out" | grep -vE '^--- (PASS|SKIP)'
fi
grep -hoE 'MongoDB server: .*' "$out" | sed 's/, one of its own$//' | sort -u
passed=$(grep -cE '^\s*--- PASS' "$out")
failed=$(grep -cE '^\s*--- FAIL' "$out")
skipped=$(grep -cE '^\s*--- SKIP' "$out")
if [ "$skipped" -gt 0 ]; then
	echo
	echo "DID NOT RUN: $skipped tests"
	# The reason of a skip is the last thing that the test said; tests with the same reason stand together.
	awk '/^=== (RUN|NAME|CONT|PAUSE) / { name = $3 }
		/^ +[A-Za-z0-9_]+\.go:[0-9]+: / { text = $0; sub(/^ +[A-Za-z0-9_]+\.go:[0-9]+: /, "", text); said[name] = text }
		/^ *--- SKIP: / { reason = said[$3]; list[reason] = list[reason] " " $3; count[reason]++ }
		END { for (reason in list) print "\n" count[reason] ": " reason "\n " list[reason] }' "$out" | fold -s -w 130
fi
echo
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
