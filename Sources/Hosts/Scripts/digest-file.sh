#!/bin/sh
# Computes the digest of a file: digest-file PATH, with PATH encoded in octal.
#
# Prints `data HEX`, the SHA-256 of the output of digest-file.pl, which does not read holes. If the file has no holes,
# or the host has no perl, prints `whole HEX`, the SHA-256 of every byte. Prints `missing` if the host has no program
# for it, or `unreadable` if our user may not read the file. OpenSSL, if installed, uses the processor's instructions
# for SHA-256; sha256sum does not.
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
