#!/usr/bin/env bash
# Makes the virtual environment DIR with the packages pinned in REQUIREMENTS; a no-op if it is so.
#   scripts/venv.sh DIR REQUIREMENTS
# Exit codes: 0 ready, 4 the packages could not be had (no network, usually).
set -euo pipefail
dir=$1
requirements=$2
cmp -s "$requirements" "$dir/installed.txt" && exit 0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { python3 -m venv --clear "$dir" &&
  "$dir/bin/pip" install --disable-pip-version-check --retries 1 --timeout 20 \
    -r "$requirements"; } > "$log" 2>&1 < /dev/null; then
  tail -n 3 "$log" >&2
  echo "venv: could not install $requirements into $dir" >&2
  exit 4
fi
cp "$requirements" "$dir/installed.txt"
