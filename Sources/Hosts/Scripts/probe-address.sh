#!/bin/sh
# Finds out which MAC address answers at an address, on a bridge or on the network of a card without a bridge:
# probe-address BRIDGE ADDRESS FAMILY SECONDS. A host cannot reach the guests on its own card; there a device of ours on
# that card asks, from a network namespace.
#
# Uses ARP probes (RFC 5227, sender 0.0.0.0) or neighbour solicitations, so that the host needs no address on the link.
# Prints `answer MAC` for the first answer, `silent` when the time is over, `missing PACKAGE`. If the host has a route
# to the address over that bridge, the address must answer an ICMP echo as well: `echo yes|no|unasked`.
set -u
bridge=$1 address=$2 family=$3 seconds=$4
#include shared/clock.sh
end=$(( $(now) + seconds * 100 ))
if [ "$family" = 4 ]; then tool=arping package=iputils-arping; else tool=ndisc6 package=ndisc6; fi
command -v "$tool" >/dev/null || { echo "missing $package"; exit 0; }
if [ "$family" = 4 ]; then
  case $(arping -V 2>&1) in *iputils*) ;; *) echo "missing iputils-arping"; exit 0 ;; esac
fi
inside=
if [ -e "/sys/class/net/$bridge" ] && [ ! -d "/sys/class/net/$bridge/bridge" ]; then
  space=vmsp-$$ inside="ip netns exec vmsp-$$"
  trap 'ip netns del "$space"' EXIT
  trap 'exit 1' HUP INT TERM PIPE
  ip netns del "$space" 2>/dev/null
  ip netns add "$space" && ip link add link "$bridge" name probe netns "$space" type macvlan mode bridge &&
    ip -n "$space" link set probe up || exit 1
  bridge=probe
fi
# A short timeout at first, since a router answers immediately; then longer, for a host on which programs start slowly.
limit=400
while :; do
  began=$(now)
  if [ "$family" = 4 ]; then
    mac=$($inside timeout "$((limit / 1000)).$((limit / 100 % 10))" arping -D -f -c 1 -w 1 -I "$bridge" "$address" 2>/dev/null |
      sed -n 's/.*reply from .*\[\([0-9A-Fa-f:]*\)\].*/\1/p' | head -n 1)
  else
    mac=$($inside ndisc6 -1 -q -r 1 -w "$limit" "$address" "$bridge" 2>/dev/null | head -n 1)
  fi
  [ -n "$mac" ] && break
  left=$(( (end - $(now)) * 10 ))
  [ "$left" -lt 100 ] && { echo silent; exit 0; }
  # If the probe could not even be sent, pause before the next one.
  [ $(( $(now) - began )) -ge 20 ] || sleep 0.5
  limit=$(( left < 1500 ? left : 1500 ))
done
echo "answer $mac"
[ -z "$inside" ] || { echo "echo unasked"; exit 0; }
case $(ip -o route get "$address" 2>/dev/null) in
  *" via "*) echo "echo unasked" ;;
  *"dev $bridge "*)
    while :; do
      if ping -n -q -c 1 -W 1 "$address" >/dev/null 2>&1; then echo "echo yes"; break; fi
      [ "$(now)" -ge "$end" ] && { echo "echo no"; break; }
      sleep 0.2
    done ;;
  *) echo "echo unasked" ;;
esac
