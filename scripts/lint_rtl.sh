#!/usr/bin/env bash
# Lints rtl/ with two front ends, a warning is a failure: Verilator, each module as the top in
# several geometries, and slang (pyslang, pinned in lint_requirements.txt) when .venv has it.
#   scripts/lint_rtl.sh [PYTHON]      PYTHON: another interpreter with pyslang
# Exit codes: 0 clean, 1 findings, 4 Verilator is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
python=${1:-$root/.venv/bin/python}
cd "$root/rtl"
command -v verilator > /dev/null || { echo "lint_rtl: verilator is not installed" >&2; exit 4; }

mapfile -t files < <(grep -v -e '^//' -e '^$' files.f)
failed=0
for file in *.sv; do
  case " ${files[*]} " in
    *" $file "*) ;;
    *) echo "rtl/$file: not in rtl/files.f"; failed=1 ;;
  esac
done

# verilate MODULE [-GParameter=value...]
verilate() {
  local module=$1
  shift
  verilator --lint-only -Wall --assert -I. "$@" --top-module "$module" waivers.vlt \
    vernier_pkg.sv "$module.sv" || { echo "lint_rtl: verilator, $module $*"; failed=1; }
}
verilator --lint-only -Wall waivers.vlt vernier_isa_pkg.sv || failed=1
for geometry in '4 4 16' '16 16 32' '32 8 24' '8 32 31' '64 64 32'; do
  read -r rows cols acc_bits <<< "$geometry"
  verilate vernier_mac_array "-GRows=$rows" "-GCols=$cols" "-GAccBits=$acc_bits"
done
for lanes in 1 16 64; do
  verilate vernier_requantizer "-GLanes=$lanes"
  verilate vernier_barrel_shifter "-GLanes=$lanes"
done

if [ -x "$python" ] && "$python" -c 'import pyslang' 2> /dev/null; then
  "$python" - "${files[@]}" << 'END' || { echo "lint_rtl: slang"; failed=1; }
import sys

import pyslang

# Useless casts depend on the parameters: a cast that AccBits=32 does not need, AccBits=24 does.
OPTIONS = ['-Wextra', '-Wconversion', '-Wno-useless-cast', '-Werror', '-I.']
driver = pyslang.Driver()
driver.addStandardArgs()
ok = (driver.parseCommandLine(' '.join(['slang'] + OPTIONS + sys.argv[1:]),
                              pyslang.CommandLineOptions())
      and driver.processOptions() and driver.parseAllSources())
ok = ok and driver.reportCompilation(driver.createCompilation(), True)
sys.exit(0 if ok else 1)
END
else
  echo "lint_rtl: no pyslang in $python: linted by Verilator alone" >&2
fi
exit $failed
