#!/usr/bin/env bash
# Writes the files and tables that come from isa.def, hw_config.def and ops.def; --check writes
# nothing and fails, showing the difference, if a committed one is stale (the table of
# docs/configuration.md has a test of its own). Without --check it builds the two programs first, for
# the tables are in them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
emit=$PWD/build/isa_emit
[ -n "${1:-}" ] || scripts/build.sh isa_emit vernier
[ -x "$emit" ] || { echo "regen: $emit is not there: run scripts/build.sh isa_emit" >&2; exit 4; }
case ${1:-} in
  '')
    "$emit" "$PWD"
    table=$(mktemp)
    trap 'rm -f "$table"' EXIT
    build/vernier config table > "$table"
    sed -i -e "/BEGIN GENERATED/r $table" -e '/BEGIN GENERATED/,/END GENERATED/{/GENERATED/!d}' \
      docs/configuration.md
    exit 0 ;;
  --check) ;;
  *) echo "usage: scripts/regen.sh [--check]" >&2; exit 2 ;;
esac

# What it writes, it writes below the folder given: let it renew a copy, and compare.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
outputs=(README.md docs rtl)
for path in "${outputs[@]}"; do
  [ ! -e "$path" ] || cp -R "$path" "$copy/"
done
mkdir -p "$copy/rtl"
# The copy loses its package, so it must be written anew: the check cannot pass by doing nothing.
rm -f "$copy/rtl/vernier_isa_pkg.sv"
"$emit" "$copy" >&2
stale=0
for path in "${outputs[@]}"; do
  [ ! -e "$copy/$path" ] || diff -r -u -N "$path" "$copy/$path" || stale=1
done
[ -e "$copy/rtl/vernier_isa_pkg.sv" ] ||
  { echo "regen: isa_emit wrote no rtl/vernier_isa_pkg.sv" >&2; stale=1; }
[ $stale = 0 ] || { echo "regen: generated files are stale: run scripts/regen.sh" >&2; exit 1; }
echo "regen: generated files are fresh"
