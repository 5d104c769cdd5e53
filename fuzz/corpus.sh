#!/usr/bin/env bash
# Makes the seeds of the targets, from files of the tests and from what the program writes.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=fuzz/corpus
mkdir -p "$corpus"/{files,snapshot,plan}
cp tests/gallery/*.yaml "$corpus/files/"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r permctl.yaml profiles "$copy/"
cargo run --locked --quiet -- snapshot --config "$copy/permctl.yaml" --out "$copy/live.json" >/dev/null
cargo run --locked --quiet -- plan --config "$copy/permctl.yaml" --out "$copy/plan.json" >/dev/null
cp "$copy/live.json" "$corpus/snapshot/"
cp "$copy/plan.json" "$corpus/plan/"
