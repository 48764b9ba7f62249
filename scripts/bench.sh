#!/usr/bin/env bash
# Speed on this computer, in one run: what each step of a network costs in CPU time, and how many
# points per second a sweep of 16 array shapes does with two workers, and golden beside LiteRT's
# reference kernels and XNNPACK (pinned in bench_requirements.txt, installed into .venv-bench).
#   scripts/bench.sh [BUILD]        BUILD: folder of the executable, default build
#   scripts/bench.sh --golden [BUILD]        the comparison with LiteRT alone
# Networks: IC and AD of ../shared when they are there, else the built-in one. Exit codes: those of
# vernier.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
golden_only=
[ "${1:-}" = --golden ] && { golden_only=yes; shift; }
vernier=${1:-$root/build}/vernier
[ -x "$vernier" ] || { echo "bench: no $vernier; run scripts/build.sh vernier first" >&2; exit 4; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

shared=$root/../shared/models/mlperf_tiny
models=(builtin)
if [ -d "$shared" ]; then
  shared=$(cd "$shared" && pwd -P)
  models=("$shared/ic_resnet8_int8.tflite" "$shared/ad_autoencoder_int8.tflite")
else
  echo "bench: $shared is not there; the built-in network stands in for IC and AD" >&2
fi

# Golden beside LiteRT: networks that both can read.
compare_golden() {
  local venv=$root/.venv-bench nets=() net
  for net in "$shared"/{ic_resnet8,kws_dscnn,vww_mbv1_025_96,ad_autoencoder}_int8.tflite \
    "$shared"/../mobilenet/*.tflite; do
    [ -f "$net" ] && nets+=("$net")
  done
  [ ${#nets[@]} -gt 0 ] || nets=("$root/configs/models/builtin.tflite")
  if ! "$root/scripts/venv.sh" "$venv" "$root/scripts/bench_requirements.txt"; then
    echo 'bench: SKIPPED: LiteRT could not be installed: golden is compared with NOTHING' >&2
    for net in "${nets[@]}"; do "$vernier" bench --golden "$net"; done
    return
  fi
  "$venv/bin/python" "$root/scripts/bench_golden.py" "$vernier" "${nets[@]}"
}
if [ -n "$golden_only" ]; then
  compare_golden
  exit
fi

for model in "${models[@]}"; do
  if [ "$model" = builtin ]; then "$vernier" bench; else "$vernier" bench "$model"; fi
  echo
done

# The shipped sweep with these models in place of its own.
{
  sed '/^models:/d' "$root/configs/sweeps/array_shapes.yaml"
  echo 'models:'
  for model in "${models[@]}"; do printf '  - "%s"\n' "$model"; done
} > "$work/sweep.yaml"
points=$((16 * ${#models[@]}))
for repetition in 1 2 3 4 5; do
  begin=$(date +%s%N)
  "$vernier" --quiet sweep "$work/sweep.yaml" -o "$work/out$repetition" -j 2
  end=$(date +%s%N)
  echo $(((end - begin) / 1000))
done | sort -n | sed -n 3p | awk -v n="$points" \
  '{ printf "sweep of %d points, -j 2: %.3f s, %.0f points per second (whole command, median of 5)\n", n, $1 / 1e6, n * 1e6 / $1 }'
failed=$(cut -d, -f6 "$work/out1/points.csv" | grep -cx failed || true)
[ "$failed" -eq 0 ] || { echo "bench: $failed points failed" >&2; exit 1; }
echo
compare_golden
