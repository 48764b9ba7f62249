#!/usr/bin/env bash
# Builds the default machine's Verilated units into their library, once per build of vernier, so the
# first run does not have to. Any other machine's library is built by the run that needs it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
vernier=$root/build/vernier
done=$root/build/.units_built
[ "$vernier" -nt "$done" ] || exit 0
echo "building the Verilated units of configs/hw/base16.yaml" >&2
"$vernier" rtl build --config "$root/configs/hw/base16.yaml" > "$root/build/units.log" 2>&1 || {
  tail -n 30 "$root/build/units.log" >&2
  echo "build_units: failed; the whole log is $root/build/units.log" >&2
  exit 4
}
touch "$done"
