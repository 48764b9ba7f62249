#!/usr/bin/env bash
# Configures build/ if that was never done and brings TARGETs up to date; says nothing if they are.
#   scripts/build.sh [-DNAME=VALUE ...] TARGET...
# The compiler's output goes to build/build.log; stderr gets one line of progress, and the end of the
# log if the build fails. Two builds at once wait for each other. Exit codes: 0 ok, 4 failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=$root/build
log=$build/build.log

options=()
targets=()
for word in "$@"; do
  case $word in -D*) options+=("$word") ;; *) targets+=("$word") ;; esac
done

fail() {
  [ ! -t 2 ] || printf '\r\033[K' >&2
  tail -n 30 "$log" >&2
  echo "build: $1; the whole log is $log" >&2
  exit 4
}

# Reads ninja's output: copies it to the log and tells how far it is.
progress() {
  local line step='' told=$SECONDS worked=''
  while IFS= read -r line; do
    printf '%s\n' "$line" >> "$log"
    [[ $line =~ ^\[([0-9]+/[0-9]+)\]\ (.*) ]] || continue
    step=${BASH_REMATCH[1]}
    [[ ${BASH_REMATCH[2]} != 'Re-checking globbed'* ]] || continue
    if [ -t 2 ]; then
      printf '\r\033[Kbuilding [%s] %.60s' "$step" "${BASH_REMATCH[2]##*/}" >&2
    elif [ -z "$worked" ] || ((SECONDS - told >= 60)); then
      echo "building [$step] (log: $log)" >&2
      told=$SECONDS
    fi
    worked=yes
  done
  [ -z "$worked" ] || [ ! -t 2 ] || printf '\r\033[K' >&2
}

mkdir -p "$build"
exec 9< "$build"
flock 9
: > "$log"
if [ ! -e "$build/build.ninja" ] || [ ${#options[@]} -gt 0 ]; then
  [ -e "$build/build.ninja" ] || echo "configuring $build" >&2
  cmake -S "$root" -B "$build" -G Ninja "${options[@]}" >> "$log" 2>&1 9<&- ||
    fail "cmake could not configure; if $build was made for another place, remove it"
fi
ninja -C "$build" -j "$(nproc)" "${targets[@]}" 2>&1 9<&- | progress ||
  fail "ninja could not build ${targets[*]}"
