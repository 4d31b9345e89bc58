#!/usr/bin/env bash
# All checks that need no running program. Each prints only what is wrong.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
check() {
  local name=$1; shift
  if output=$("$@" 2>&1); then printf '  ok  %s\n' "$name"; else printf '%s\nFAIL  %s\n' "$output" "$name"; failed=1; fi
}
breaking() { # against the contract as it was last released
  buf build -o '-#format=binpb' | buf breaking '-#format=binpb' --against proto/released.binpb \
    --config '{"version":"v2","breaking":{"use":["FILE"]}}'
}
check "ruff check" ruff check .
check "ruff format" ruff format --check .
check "mypy" mypy
check "layers" lint-imports
check "buf lint" buf lint
check "buf format" buf format --diff --exit-code
check "buf breaking" breaking
check "generated Python is fresh" proto/generate.sh --check
check "generated JavaScript is fresh" npm --prefix sdk-js run --silent proto -- --check
check "eslint and tsc" npm --prefix sdk-js run --silent lint
check "shell scripts parse" bash -n tools/setup.sh tools/lint.sh proto/generate.sh .ci/run
exit $failed
