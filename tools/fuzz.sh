#!/usr/bin/env bash
# Runs every libFuzzer target of a build folder for some seconds: tools/fuzz.sh BUILD SECONDS
set -uo pipefail
build=$1 seconds=$2 passed=0 failed=0
root=$(cd "$(dirname "$0")/.." && pwd)
for target in "$build"/fuzz/*_fuzz; do
  name=$(basename "$target" _fuzz)
  work=$(mktemp -d)
  if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="$work/" "$work" "$root/fuzz/corpus/$name"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name; the input is in $work"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
