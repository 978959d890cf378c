#!/bin/sh
# Tells what a file on the host holds: digest-file PATH, where PATH is spelled in octal.
#
# Prints `data HEX` as digest-file.pl has it, for which holes are not read; where there are none, or the host has no perl,
# `whole HEX`, SHA-256 of every byte; `missing` without a program for that, or `unreadable` to whom the host lets us be.
# OpenSSL, where it is there, uses the processor's own instructions for SHA-256, sha256sum does not.
set -u
#include shared/octal.sh
path=$(plainOctal "$1")
[ -r "$path" ] || { echo unreadable; exit 0; }
if command -v openssl >/dev/null; then sum="openssl dgst -sha256 -r"
elif command -v sha256sum >/dev/null; then sum=sha256sum
else echo missing; exit 0; fi
kind=whole
# shellcheck disable=SC2046  # three numbers
set -- $(stat -c '%s %b %B' "$path")
if [ $(( $2 * $3 )) -lt "$1" ] && command -v perl >/dev/null; then kind=data; fi
program=$(
  cat <<'PERL'
#include digest-file.pl
PERL
)
digits=$(
  if [ $kind = data ]; then
    perl -e "$program" "$path" 65536 | $sum
  else $sum < "$path"; fi
) || exit 1
echo "$kind ${digits%% *}"
