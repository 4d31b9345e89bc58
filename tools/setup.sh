#!/usr/bin/env bash
# Sets up this checkout: a Python environment in .venv, the JavaScript worker's packages. `setup.sh run` installs what running
# needs, `setup.sh dev` also what tests and linters need. Does nothing when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-run}

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
need() { # command, Debian packages, what to do otherwise
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing $2 with apt-get"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $2 >/dev/null
  else
    echo "$1 is missing: $3" >&2; exit 1
  fi
}

need python3 "python3 python3-venv" "install Python 3.11 or newer"
need node "nodejs npm" "install Node.js 20 or newer"
need npm "npm" "install npm"
need openssl "openssl" "install openssl"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $(python3 -V)" >&2; exit 1; }
node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Node.js 20 or newer is needed, this is $(node -v)" >&2; exit 1; }
python3 -c 'import ensurepip, venv' 2>/dev/null || need python3-venv-module "python3-venv" "install the venv module of Python"

digest() { cat "$@" | sha256sum | cut -c1-64; }
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

inputs="pyproject.toml sdk-python/pyproject.toml tools/constraints.txt"
extras=; [ "$what" = dev ] && extras='[dev]'
wanted="$(digest $inputs) $PWD"
if ! { fresh ".venv/.$what" "$wanted" || { [ "$what" = run ] && fresh .venv/.dev "$wanted"; }; }; then
  say "Installing Python packages into .venv (half a minute the first time)"
  [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.prefix == sys.base_prefix)' 2>/dev/null || python3 -m venv --clear .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar on \
    --constraint tools/constraints.txt --editable sdk-python --editable ".$extras"
  echo "$wanted" > ".venv/.$what"
fi

wanted="$what $(digest sdk-js/package-lock.json)"
if ! { fresh sdk-js/node_modules/.setup "$wanted" || fresh sdk-js/node_modules/.setup "dev ${wanted#* }"; }; then
  say "Installing JavaScript packages into sdk-js/node_modules"
  omit=; [ "$what" = run ] && omit=--omit=dev
  (cd sdk-js && npm ci --silent $omit)
  echo "$wanted" > sdk-js/node_modules/.setup
fi
