#!/usr/bin/env bash
# Runs every libFuzzer target of a build folder for some seconds, one on each core: tools/fuzz.sh BUILD SECONDS
set -uo pipefail
build=$1 seconds=$2
root=$(cd "$(dirname "$0")/.." && pwd)
export seconds root

# fuzz TARGET: its output in one piece, and a last line that says how it went.
fuzz() {
  local name work output
  name=$(basename "$1" _fuzz) work=$(mktemp -d)
  if output=$("$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="$work/" "$work" "$root/fuzz/corpus/$name" 2>&1); then
    printf '%s\nPASSED: %s\n' "$output" "$name"
    rm -rf "$work"
  else
    printf '%s\nFAILED: %s; the input is in %s\n' "$output" "$name" "$work"
  fi
}
export -f fuzz

log=$(printf '%s\0' "$build"/fuzz/*_fuzz | xargs -0 -n 1 -P "$(nproc)" bash -c 'fuzz "$1"' _)
printf '%s\n' "$log"
passed=$(grep -c '^PASSED: ' <<<"$log") failed=$(grep -c '^FAILED: ' <<<"$log")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
