#!/bin/sh
# Lists a host's network devices, without those of its guests.
#
# Prints lines `device NAME KIND MAC MTU FLAGS STATE SPEED` with KIND `bridge`, `vxlan` or `other` and `-` for unknown
# values, `port BRIDGE NAME`, `address NAME ADDRESS/LENGTH`, `vxlan` and a line of `ip -d link`, `peer NAME ADDRESS`,
# and `qdisc JSON` for a port that our hook shaped. Programs are started only where the kernel's files do not suffice: a
# host may have many devices.
set -u
#include shared/guests.sh
word() { value=; { read -r value < "$1"; } 2>/dev/null; [ -n "$value" ] || value=-; }
tunnels='' segments=''
for folder in /sys/class/net/*; do
  name=${folder##*/}
  word "$folder/type"
  # Ethernet only; no guest's device.
  [ "$value" = 1 ] || continue
  [ ! -e "$folder/tun_flags" ] || continue
  kind=other
  if [ -d "$folder/bridge" ]; then kind=bridge; else
    case $name in
      vmx-*) kind=vxlan tunnels=yes ;;
      dummy*) continue ;;
      *) ! isGuest "$name" || continue ;;
    esac
  fi
  word "$folder/address"; mac=$value
  word "$folder/mtu"; mtu=$value
  word "$folder/flags"; flags=$value
  word "$folder/operstate"; state=$value
  speed=-
  [ "$kind" != other ] || { word "$folder/speed"; speed=$value; }
  echo "device $name $kind $mac $mtu $flags $state $speed"
  case $name in vms-*) segments=yes ;; esac
  for port in "$folder"/brif/*; do
    [ ! -e "$port" ] || echo "port $name ${port##*/}"
  done
done
told=$(ip -o addr show scope global) || exit 1
printf '%s\n' "$told" | while read -r _ device _ address _; do
  case $address in */*) echo "address $device $address" ;; esac
done
# One object per line; our queueing disciplines have these handles.
if [ -n "$segments" ] && command -v tc >/dev/null; then
  tc -j qdisc show | sed 's/},{"kind"/},\n{"kind"/g' |
    sed -n 's/^\[\{0,1\}\({.*"handle":"766[123]:".*}\)[],]*$/qdisc \1/p'
fi
[ -n "$tunnels" ] || exit 0
told=$(ip -d -o link show type vxlan) || exit 1
printf '%s\n' "$told" | sed 's/^/vxlan /'
told=$(bridge fdb show) || exit 1
printf '%s\n' "$told" | sed -n 's/^00:00:00:00:00:00 dev \(vmx-[^ ]*\) dst \([^ ]*\).*/peer \1 \2/p'
