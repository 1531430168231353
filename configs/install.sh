#!/usr/bin/env bash
# Installs the Debian 12 packages for building, tests and demo; quick when all are there.
# Usage: configs/install.sh [--deep]    --deep adds what `configs/test.sh --deep` needs.
set -euo pipefail

packages=(
    # build
    g++ cmake ninja-build ccache pkg-config protobuf-compiler python3-mnemonic
    libboost1.81-dev libboost-json1.81-dev libsodium-dev libleveldb-dev libsnappy-dev
    libprotobuf-dev libexpected-dev libtomlplusplus-dev libzstd-dev libcli11-dev libspdlog-dev
    libyaml-dev libutf8proc-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libsystemd-dev
    libdtl-dev scdoc prometheus-cpp-dev libsqlite3-dev
    # tests and demo
    catch2 python3 python3-jsonschema iproute2
)
deep_packages=(clang-14 clang-tidy-14 libclang-rt-14-dev llvm-14)

for argument in "$@"; do
    case "$argument" in
        --deep) packages+=("${deep_packages[@]}") ;;
        *) echo "Usage: configs/install.sh [--deep]" >&2; exit 2 ;;
    esac
done

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
    apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
