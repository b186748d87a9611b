#!/usr/bin/env bash
# Sets Farebridge up as a service on Debian or Ubuntu, and brings it up to date: run it again from the newer folder.
#
#     sudo bash deploy/server/set_up.sh
#
# Nothing of yours is written over: not /etc/farebridge, not /var/lib/farebridge, not nginx's files.
# DESTINATION=/some/folder puts all of it below that folder instead, starts nothing and needs no root: to try it.
set -euo pipefail

destination=${DESTINATION:-}
python=${PYTHON:-python3}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$destination/opt/farebridge
settings=$destination/etc/farebridge
state=$destination/var/lib/farebridge
backups=$destination/var/backups/farebridge
units=$destination/etc/systemd/system

fail() { echo "set_up.sh: $1" >&2; exit 1; }

[ -n "$destination" ] || [ "$(id -u)" = 0 ] || fail "run it as root (sudo), or set DESTINATION to try it."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or later is needed."
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "Python's venv is missing: apt-get install python3-venv"

if [ -z "$destination" ] && ! id farebridge >/dev/null 2>&1; then
    useradd --system --home-dir /var/lib/farebridge --shell /usr/sbin/nologin farebridge
fi
mkdir -p "$program" "$units"
install -d -m 0755 "$settings"
install -d -m 0700 "$state" "$backups"
[ -n "$destination" ] || chown farebridge:farebridge "$state" "$backups"

# Packages: those of the lock and no others, each checked by its hash. A new lock gets a folder of its own, so that what
# runs now is left as it is where something fails.
lock=$(sha256sum "$source/requirements.lock" | cut -c1-12)
packages=$program/venv-$lock
if [ ! -e "$packages/complete" ]; then
    rm -rf "$packages"
    "$python" -m venv "$packages"
    "$packages/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes --only-binary=:all: -r "$source/requirements.lock"
    touch "$packages/complete"
fi

[ -n "$destination" ] || runuser -u farebridge -- "$packages/bin/python" -c '' \
    || fail "the user farebridge may not run $python. Set PYTHON to one that every user may, such as /usr/bin/python3."

# The program, put in place whole.
rm -rf "$program/app.new"
mkdir "$program/app.new"
for part in budget data deploy docs eligibility screens .streamlit streamlit_app.py LICENSE README.md CHANGELOG.md; do
    cp -R "$source/$part" "$program/app.new/"
done
rm -f "$program/app.new/.streamlit/secrets.toml"
"$packages/bin/python" -m compileall -q "$program/app.new"  # the service may not write there when it starts
rm -rf "$program/app.old"
[ ! -d "$program/app" ] || mv "$program/app" "$program/app.old"
mv "$program/app.new" "$program/app"
rm -rf "$program/app.old"
ln -sfn "venv-$lock" "$program/venv"

[ -e "$settings/farebridge.env" ] || install -m 0600 "$source/deploy/server/farebridge.env.example" "$settings/farebridge.env"
[ -e "$settings/secrets.toml" ] || install -m 0600 /dev/null "$settings/secrets.toml"
for unit in farebridge.service farebridge-backup.service farebridge-backup.timer; do
    install -m 0644 "$source/deploy/server/$unit" "$units/$unit"
done

if [ -n "$destination" ]; then
    echo "Everything is below $destination. Nothing was started."
    exit 0
fi
systemctl daemon-reload
systemctl enable --now farebridge-backup.timer
if grep -q CHANGE-ME "$settings/farebridge.env" || [ ! -s "$settings/secrets.toml" ]; then
    echo "Now write $settings/farebridge.env and $settings/secrets.toml (docs/deployment.md), then: systemctl enable --now farebridge"
else
    systemctl enable farebridge
    systemctl restart farebridge
    health=http://127.0.0.1:8501/_stcore/health
    "$packages/bin/python" - "$health" <<'WAIT' || fail "the service did not become well. Its log: journalctl -u farebridge"
import sys, time, urllib.request
for _ in range(60):
    try:
        sys.exit(urllib.request.urlopen(sys.argv[1], timeout=5).status != 200)
    except OSError:
        time.sleep(1)
sys.exit(1)
WAIT
    echo "Farebridge is running, and well: $health"
fi
find "$program" -mindepth 1 -maxdepth 1 -name 'venv-*' ! -name "venv-$lock" -exec rm -rf {} +
