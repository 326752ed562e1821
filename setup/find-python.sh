#!/bin/sh
# Runs setup/bootstrap.py with the first Python that really works: 3.11 or newer, with venv and pip's installer.
# A candidate is executed, not merely found: a pyenv shim can exist and still fail. What a bundle brings comes first.
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
usable='import sys, venv, ensurepip, ssl, sqlite3; sys.exit(sys.version_info < (3, 11))'
for python in ${DAOBAN_PYTHON:+"$DAOBAN_PYTHON"} \
    "$here"/../offline/python-3.1[1-9]/bin/python3.1[1-9] python3.11 python3.12 python3.13 python3 python3.14 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9]*/bin/python; do
    if "$python" -c "$usable" >/dev/null 2>&1; then
        exec "$python" "$here/bootstrap.py" "$@"
    fi
done
echo "没有找到可用的 Python 3.11 或更新版本（须带 venv 和 ssl）：请先安装（Debian、Ubuntu：sudo apt-get install python3 python3-venv），或用 DAOBAN_PYTHON=/路径/python3.11 指明，再执行一次。" >&2
exit 1
