#!/usr/bin/env bash
# Records the runs of traces/ again: needed when the machine's timing, the compiler, the built-in
# network or the trace format changes on purpose. Look at the difference before it is committed:
#   git diff --stat traces
# Exit codes: 0 ok, 1 a run failed, 4 it could not be built.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
[ $# = 0 ] || { echo "usage: scripts/record_traces.sh" >&2; exit 2; }
scripts/build.sh -DVERNIER_TESTS=ON e2e_test
build/e2e_test '[.record]' > build/record.log 2>&1 ||
  { cat build/record.log >&2; echo "record_traces: failed" >&2; exit 1; }
echo "record_traces: recorded"
