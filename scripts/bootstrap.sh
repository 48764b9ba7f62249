#!/usr/bin/env bash
# Installs the Debian 12 packages that Vernier is built and tested with; does nothing, quickly, when
# all are there. Safe to call at any time and from two shells at once.
# Exit codes: 0 all present, 4 something is missing and could not be installed.
set -euo pipefail

packages=(
  # build: compiler, generators, and the cache that makes a rebuild of an unchanged file free
  g++ cmake ninja-build ccache pkg-config
  # libraries of the simulator
  libsystemc-dev libyaml-cpp-dev libfmt-dev libcli11-dev nlohmann-json3-dev libssl-dev zlib1g-dev
  # model import: the schema compiler and its headers
  flatbuffers-compiler flatbuffers-compiler-dev libflatbuffers-dev
  # Verilated units: Verilator's own scripts need perl, its makefiles make and python3; clang builds
  # the generated code into a library 1.5 to 3 times faster than the one g++ builds
  verilator clang-16 make perl python3
  # tests and checks; the virtual environment holds the second SystemVerilog front end
  catch2 clang-format-16 python3-venv git
)

missing() {
  local status package
  status=$'\n'$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${packages[@]}" 2>/dev/null || true)$'\n'
  for package in "${packages[@]}"; do
    [[ $status == *$'\n'[ih]"i "$package$'\n'* ]] || echo "$package"
  done
}

fail() {
  echo "bootstrap: $1" >&2
  exit 4
}

if [ -n "${VERNIER_NO_BOOTSTRAP:-}" ]; then
  exit 0
fi
command -v dpkg-query > /dev/null || fail "this is not a Debian system: install the counterparts of \
${packages[*]}, then set VERNIER_NO_BOOTSTRAP=1"
wanted=$(missing)
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  fail "packages are missing and only root can install them. Run:
  sudo apt-get update && sudo apt-get install --no-install-recommends $(tr '\n' ' ' <<< "$wanted")"
fi

# Machine-wide, and without leaving a file behind: the lock is on apt's directory itself.
exec 9< /var/lib/apt
flock 9
wanted=$(missing)
[ -n "$wanted" ] || exit 0

log=$(mktemp /tmp/vernier-bootstrap.XXXXXX)
echo "bootstrap: installing $(wc -w <<< "$wanted") Debian packages (log: $log)" >&2
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt=(apt-get -y -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600)
# shellcheck disable=SC2086  # one word per package
if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends $wanted; } \
    > "$log" 2>&1 < /dev/null; then
  tail -n 15 "$log" >&2
  fail "apt-get failed on: $(tr '\n' ' ' <<< "$wanted"); the whole log is $log"
fi
wanted=$(missing)
[ -z "$wanted" ] || fail "still missing after the installation: $wanted; the log is $log"
rm -f "$log"
