#!/usr/bin/env bash
# Builds the bundle into the folder given, or into dist/.
set -euo pipefail
out=$(readlink -m "${1:-"$(dirname "$0")/dist"}")
cd "$(dirname "$(readlink -f "$0")")"
. ./node.sh
ensure_node
ensure_modules
npx vite build --logLevel warn --emptyOutDir --outDir "$out"
