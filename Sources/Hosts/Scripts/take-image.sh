#!/bin/sh
# Receives a file that another host offers by give-image: take-image ADDRESS PORT FROM SIZE PATH, with the path encoded
# in octal, or `-` to measure the rate. Variables in front of it, in Base64: secret1, the private key; secret2, the
# expected host key of the other host.
#
# Writes the data into the existing file at PATH, and leaves holes and zeros as they are. Prints `at BYTE SENT` four
# times a second, whether data arrive or not, and at the end: everything before BYTE of the file is written, and SENT
# bytes were received for it. Without PATH, prints `rate BYTES HUNDREDTHS`: the bytes received within so many hundredths
# of a second.
set -u
#include shared/octal.sh
: "${secret1:?}" "${secret2:?}"
address=$1 port=$2 from=$3 size=$4 path=$5
[ "$path" = - ] || path=$(plainOctal "$path")
[ "$path" = - ] || [ -f "$path" ] || { echo "no file at $path" >&2; exit 1; }
umask 077
folder=$(mktemp -d /run/vmsp-take-XXXXXX) || exit 1
giving='' taking=''
end() {
  for job in $giving $taking; do kill "$job" 2>/dev/null; done
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 1' HUP INT TERM PIPE
printf '%s' "$secret1" | base64 -d >"$folder/key" || exit 1
{ printf 'giver '; printf '%s' "$secret2" | base64 -d; echo; } >"$folder/known" || exit 1
program=$(
  cat <<'PERL'
#include take-image.pl
PERL
)
# Not a pipeline: `wait` would also wait for ssh, which notices that its reader is gone only when more data arrive.
mkfifo "$folder/pipe" || exit 1
ssh -T -F none -i "$folder/key" -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile="$folder/known" \
  -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes -o HostKeyAlias=giver -o UpdateHostKeys=no \
  -o ConnectTimeout=5 -o ServerAliveInterval=3 -o ServerAliveCountMax=2 -o LogLevel=ERROR \
  -o Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com \
  -p "$port" "root@$address" "$from" </dev/null >"$folder/pipe" 2>"$folder/said" &
giving=$!
perl -e "$program" "$from" "$size" "$path" <"$folder/pipe" &
taking=$!
wait "$taking" || { cat "$folder/said" >&2; exit 1; }
taking=
