#!/usr/bin/env bash
# Generates the Python code of the contract into sdk-python (checked in). `--check` fails when what is there is stale.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
PATH=$(cd "$(dirname "$python")" && pwd):$PATH  # where protoc finds its plugins
out=sdk-python/src
contract=controlplane/gateway/contract.binpb  # the contract with its comments, for the OpenAPI document
if [ "${1:-}" = --check ]; then out=$(mktemp -d); trap 'rm -rf "$out"' EXIT; contract=$out/contract.binpb; fi

rm -rf "$out/distributedkube/api" "$out/buf"
mkdir -p "$out/distributedkube/api"
mapfile -t files < <(cd proto && find distributedkube -name '*.proto' | sort)
"$python" -m grpc_tools.protoc -Iproto -Iproto/third_party \
  --python_out="$out" --grpc_python_out="$out" --mypy_out="quiet:$out" --mypy_grpc_out="quiet:$out" "${files[@]}"
"$python" -m grpc_tools.protoc -Iproto -Iproto/third_party --python_out="$out" --mypy_out="quiet:$out" buf/validate/validate.proto
"$python" -m grpc_tools.protoc -Iproto -Iproto/third_party --include_source_info --descriptor_set_out="$contract" "${files[@]}"
# Files without a service get no useful gRPC module.
find "$out/distributedkube/api" -name '*_pb2_grpc.py*' ! -name '*_service_pb2_grpc.py*' -delete
find "$out/distributedkube/api" -type d -exec sh -c 'printf "\"\"\"Generated from proto/ by make proto; do not edit.\"\"\"\n" > "$1/__init__.py"' _ {} \;

if [ "${1:-}" = --check ]; then
  diff -rq -x __pycache__ "$out/distributedkube/api" sdk-python/src/distributedkube/api && diff -rq -x __pycache__ "$out/buf" sdk-python/src/buf \
    && cmp "$contract" controlplane/gateway/contract.binpb \
    || { echo "Generated code is stale: run 'make proto' and commit what changes." >&2; exit 1; }
fi
