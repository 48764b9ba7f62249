#!/usr/bin/env bash
# Formats our C++ in place with clang-format 16; --check changes nothing and fails on a difference.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in
  --check) mode=(--dry-run -Werror) ;;
  '') mode=(-i) ;;
  *) echo "usage: scripts/format.sh [--check]" >&2; exit 2 ;;
esac
mapfile -d '' files < <(find compiler hw_models sim tests \( -name '*.h' -o -name '*.cpp' \) -print0)
[ ${#files[@]} -gt 0 ] || { echo "format: found no C++ files" >&2; exit 1; }
printf '%s\0' "${files[@]}" | xargs -0 -n 8 -P "$(nproc)" clang-format-16 "${mode[@]}" ||
  { echo "format: run scripts/format.sh" >&2; exit 1; }
echo "format: ${#files[@]} files"
