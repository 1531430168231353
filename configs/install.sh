#!/usr/bin/env bash
# Installs the Debian packages for building, demo and tests; quick when all are there.
# Usage: configs/install.sh [--tests] [--deep] [--package] [--but-page] [--page] [--list]
#   --tests     adds what the tests need; --deep what `configs/test.sh --deep` needs
#   --package   adds what `configs/package.sh` needs
#   --but-page  leaves out what the page alone is built with; --page: installs that alone
#   --list      prints the names instead, one a line
# tests/tidy/install_test.py holds this list against what a build and the scripts really use.
set -euo pipefail

packages=(
    # build
    g++ cmake ninja-build ccache pkg-config protobuf-compiler
    libboost1.81-dev libboost-json1.81-dev libsodium-dev libleveldb-dev libsnappy-dev
    libprotobuf-dev libexpected-dev libtomlplusplus-dev libzstd-dev libcli11-dev
    libyaml-dev libcsv-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libsystemd-dev libdtl-dev
    libssl-dev scdoc prometheus-cpp-dev libsqlite3-dev libutf8proc-dev libicu-dev libre2-dev
    # demo
    python3
)
# Debian's npm brings 400 packages along. The demo installs it while the C++ compiles.
page_packages=(nodejs npm)
test_packages=(
    chromium catch2 python3-jsonschema python3-bibtexparser iproute2 mount openssl systemd tzdata
)
package_packages=(dpkg-dev file lintian)
deep_packages=(clang-14 clang-tidy-14 libclang-rt-14-dev llvm-14 mmdebstrap git)

only_list=no
with_page=yes
for argument in "$@"; do
    case "$argument" in
        --tests) packages+=("${test_packages[@]}") ;;
        --deep) packages+=("${test_packages[@]}" "${deep_packages[@]}") ;;
        --package) packages+=("${package_packages[@]}") ;;
        --but-page) with_page=no ;;
        --page) packages=() ;;
        --list) only_list=yes ;;
        *)
            echo "Usage: configs/install.sh [--tests] [--deep] [--package] [--but-page] [--page]" \
                "[--list]" >&2
            exit 2
            ;;
    esac
done
[[ $with_page == no ]] || packages+=("${page_packages[@]}")
if [[ $only_list == yes ]]; then
    printf '%s\n' "${packages[@]}"
    exit 0
fi

if ! command -v dpkg-query > /dev/null; then
    echo "install: this is no Debian system. Install these yourself, then go on:" >&2
    printf '  %s\n' "${packages[@]}" >&2
    exit 1
fi

# One question for all; dpkg-query fails as a whole when it does not know one of them.
format='${db:Status-Status} ${Package}\n'
installed=$(dpkg-query -W -f "$format" "${packages[@]}" 2> /dev/null || true)
missing=()
for package in "${packages[@]}"; do
    # Node from elsewhere brings its npm along, and Debian's would take its place.
    [[ $package == npm || $package == nodejs ]] && command -v npm > /dev/null && continue
    grep -qxF "installed $package" <<< "$installed" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo > /dev/null; then
        echo "install: these packages are missing, and only root can install them:" >&2
        echo "  apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "install: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" |
    awk '/^Unpacking/ { unpacked++ } /^Setting up/ && ++ready % 40 == 0 {
        printf "install: %d of %d packages ready\n", ready, unpacked > "/dev/stderr" }'
