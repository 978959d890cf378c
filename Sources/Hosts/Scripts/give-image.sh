#!/bin/sh
# Offers a file to one other host, over SSH with keys for this transfer only, until the caller disconnects: give-image
# PATH ADDRESSES, with the path encoded in octal, and commas between the addresses or `-` for none. Variable in front of
# it: secret1, the public key line of the other host, in Base64.
#
# Starts a separate sshd, on a port from 49300 to 49363, that runs only give-image.pl, from the byte that the other host
# requests. The files of the host's own sshd are not changed. Prints `offer ADDRESS PORT KEY`, with the first of the
# addresses that is the host's own and the Ed25519 key of that sshd, and then `giving` every second; or `cannot` and the
# reason.
set -u
#include shared/octal.sh
: "${secret1:?}"
path=$(plainOctal "$1")
cannot() { echo "cannot $*"; exit 0; }
[ -f "$path" ] || cannot read the file
[ -r "$path" ] || cannot read the file
command -v perl >/dev/null || cannot run perl
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] || cannot run sshd
own=$(ip -o addr show scope global 2>/dev/null | sed -n 's/.* inet6\{0,1\} \([^ /]*\).*/\1/p')
# By default, use the address under which this server reaches the host.
address=${SSH_CONNECTION:-} address=${address% *} address=${address##* }
[ -n "$address" ] || address=$(printf '%s\n' "$own" | head -n 1)
for one in $(printf '%s' "$2" | tr , ' '); do
  if printf '%s\n' "$own" | grep -qxF -e "$one"; then address=$one; break; fi
done
[ -n "$address" ] || cannot find an address of its own

umask 077
folder=$(mktemp -d /run/vmsp-give-XXXXXX) || exit 1
server=
end() {
  [ -z "$server" ] || kill "$server" 2>/dev/null
  # A process that hangs on a disk would not notice that its reader is gone.
  pkill -KILL -f "perl $folder/give" 2>/dev/null
  rm -rf "$folder"
}
trap end EXIT
# PIPE: the caller has disconnected.
trap 'exit 1' HUP INT TERM PIPE
ssh-keygen -q -t ed25519 -N '' -C '' -f "$folder/key" || cannot make a key
printf '%s' "$secret1" | base64 -d >"$folder/known" || exit 1
cat >"$folder/give" <<'PERL'
#include give-image.pl
PERL
cat >"$folder/config" <<END
AddressFamily any
HostKey $folder/key
AuthorizedKeysFile $folder/known
StrictModes no
PidFile none
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PubkeyAuthentication yes
PermitRootLogin prohibit-password
PermitTTY no
PermitUserRC no
DisableForwarding yes
AllowUsers root
LoginGraceTime 10
ClientAliveInterval 5
ClientAliveCountMax 2
PrintMotd no
ForceCommand exec perl $folder/give $1
END
port=49300
while [ $port -lt 49364 ]; do
  # Create the file before it is read: the server may start late.
  : >"$folder/said"
  "$sshd" -D -e -f "$folder/config" -o "ListenAddress=$address" -p $port 2>"$folder/said" &
  server=$! tries=0
  until grep -q 'listening on' "$folder/said" || ! kill -0 "$server" 2>/dev/null; do
    tries=$(( tries + 1 ))
    [ $tries -le 200 ] || cannot start sshd
    sleep 0.05
  done
  if kill -0 "$server" 2>/dev/null; then break; fi
  grep -q 'Address already in use' "$folder/said" || cannot "start sshd: $(tail -n 1 "$folder/said")"
  server='' port=$(( port + 1 ))
done
[ -n "$server" ] || cannot find a free port
read -r _ key <"$folder/key.pub"
echo "offer $address $port $key"
while kill -0 "$server" 2>/dev/null; do
  # A trap is delayed by a foreground command, but not by `wait`.
  sleep 1 & wait $!
  echo giving
done
