#!/usr/bin/env bash
# Builds the teachers' page into OUT (index.html and assets/, each with its compressed variants),
# once for each state of its sources. Usage: configs/web.sh OUT
# Without npm nothing is built and OUT stays away: the node then serves no page. What npm fetches
# lies in node/web/node_modules, by the versions and checksums of package-lock.json.
set -euo pipefail

(($# == 1)) || { echo "Usage: configs/web.sh OUT" >&2; exit 2; }
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
web=$project/node/web

if ! command -v npm > /dev/null; then
    echo "web: there is no npm, so the page is not built" >&2
    exit 0
fi

# What the page is made of, as one line that changes with any of it.
state() {
    {
        find "$web" \( -name node_modules -o -name dist \) -prune -o -type f ! -name schema.d.ts \
            -print0
        printf '%s\0' "$project/node/http/answers/openapi.json"
    } | sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

wanted=$(state)
if [[ -f "$out.state" && -f "$out/index.html" && $(cat "$out.state") == "$wanted" ]]; then
    exit 0
fi
cd "$web"
lock=$(sha256sum package-lock.json | cut -d ' ' -f 1)
if [[ ! -f node_modules/.staffroom-lock || $(cat node_modules/.staffroom-lock) != "$lock" ]]; then
    npm ci --no-audit --no-fund --loglevel=error >&2 || {
        echo "web: npm could not fetch its packages, so the page is not built" >&2
        exit 0
    }
    echo "$lock" > node_modules/.staffroom-lock
fi
rm -f "$out.state"
STAFFROOM_WEB_OUT="$out" npm run --silent build > "$out.log" 2>&1 || { cat "$out.log" >&2; exit 1; }
rm -f "$out.log"
echo "$wanted" > "$out.state"
