#!/usr/bin/env bash
# Runs one part of the tests of the page.
# Usage: tests/web/run.sh unit|pages|journeys|links|charters|https|ways
#   unit       pure parts, by vitest
#   pages      every view in several languages, themes and widths, by axe-core; hostile records
#   journeys   what teachers do, at two real schools
#   links      what coordinators and teachers of two networks do, at three real schools
#   charters   the charter of a network: read, signed, written anew, at three real schools
#   https      the page by HTTPS, with the node's own certificate
#   ways       the same by pointer, by keyboard alone, on a phone and in Arabic: three minutes
# All but the first want $STAFFROOM_BIN_DIR and the built page in $STAFFROOM_WEB_DIR. Exit code 77
# where node, its packages, the page or chromium are not there.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
web=$project/node/web
page=${STAFFROOM_WEB_DIR:-$web/dist}

skip() {
    echo "skipped: web.$part: $*"
    exit 77
}

part=${1:-}
command -v node > /dev/null || skip "there is no node"
[[ -d $web/node_modules/vitest && -d $web/node_modules/playwright-core ]] ||
    skip "the packages of the tests are not in node/web (npm ci)"
case "$part" in
    unit)
        cd "$web"
        npm run --silent types > /dev/null
        exec npx --no-install vitest run
        ;;
    pages | journeys | links | charters | https | ways)
        [[ -f $page/index.html ]] || skip "the page is not built in $page"
        command -v "${CHROMIUM:-chromium}" > /dev/null || skip "there is no chromium"
        export STAFFROOM_WEB_DIR=$page
        exec node --test "$project/tests/web/${part}_test.mjs"
        ;;
    *)
        echo "Usage: tests/web/run.sh unit|pages|journeys|links|charters|https|ways" >&2
        exit 2
        ;;
esac
