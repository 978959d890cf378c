#!/bin/sh
# Written by VMS. Gives the bridges of virtual networks' links their VXLAN ports, and shapes the traffic to routers.
# libvirt calls it as hook NAME OPERATION …, with the XML of a network or a machine on stdin. VMS calls it as hook
# attach BRIDGE VNI MTU LOCAL PEERS OWNER, hook tunnel PORT VNI LOCAL OWNER and hook shape BRIDGE MTU BANDWIDTH DELAY
# LOSS DOWN.
set -eu
export LC_ALL=C
# setting PATH VALUE: sets one of the kernel's network settings, if it exists.
setting() { [ ! -e "/proc/sys/net/$1" ] || { echo "$2" >"/proc/sys/net/$1"; } 2>/dev/null || true; }
# quiet DEVICE: stops the host from sending anything of its own on the link. A device with an MTU below 1280 bytes has
# no IPv6 to silence, nor has any device if the kernel has none.
quiet() {
  setting "ipv6/conf/$1/disable_ipv6" 1
  ip link set "$1" addrgenmode none 2>/dev/null || true
}
# resize DEVICE BYTES: sets the MTU. At 1280 bytes IPv6 returns, with the host's default settings, and so must be
# silenced before the device is up.
resize() {
  read -r before <"/sys/class/net/$1/mtu"
  [ "$before" != "$2" ] || return 0
  again=
  if [ "$before" -lt 1280 ] && [ "$2" -ge 1280 ]; then
    read -r flags <"/sys/class/net/$1/flags"
    [ $(( flags & 1 )) = 0 ] || { again=up; ip link set "$1" down; }
  fi
  ip link set "$1" mtu "$2"
  quiet "$1"
  [ -z "$again" ] || ip link set "$1" up
}
# own DEVICE OWNER: marks the device as part of that network of ours, so that the remains of a failure are recognized.
own() { [ -z "$2" ] || ip link set "$1" alias "vms $2"; }
# A bridge with multicast snooping joins the group of all snoopers (224.0.0.106) and reports it, also when snooping is
# switched off; in IGMPv1 mode it leaves silently.
silence() {
  setting "ipv4/conf/$1/force_igmp_version" 1
  snooping=/sys/class/net/$1/bridge/multicast_snooping
  [ ! -e "$snooping" ] || [ "$(cat "$snooping")" = 0 ] || ip link set "$1" type bridge mcast_snooping 0
  quiet "$1"
}
# tunnel PORT VNI LOCAL OWNER: creates the VXLAN port, unless it exists with these values.
tunnel() {
  case $3 in *:*) fragments= ;; *) fragments="df set" ;; esac
  known=$(ip -d -o link show "$1" 2>/dev/null || true)
  case $known in
    *" vxlan id $2 local $3 "*) ;;
    *)
      [ -z "$known" ] || ip link del "$1"
      # shellcheck disable=SC2086  # two words, or none
      ip link add "$1" type vxlan id "$2" local "$3" dstport 4789 ttl 64 $fragments ;;
  esac
  own "$1" "$4"
}
attach() {
  bridge=$1 vni=$2 mtu=$3 local=$4 peers=$(printf '%s' "$5" | tr , ' ') owner=${6:-}
  port=vmx-${bridge#vms-}
  own "$bridge" "$owner"
  silence "$bridge"
  resize "$bridge" "$mtu"
  [ -n "$peers" ] || { ip link del "$port" 2>/dev/null || true; return 0; }
  tunnel "$port" "$vni" "$local" "$owner"
  resize "$port" "$mtu"
  quiet "$port"
  ip link set "$port" master "$bridge" up
  there=$(bridge fdb show dev "$port" | sed -n 's/^00:00:00:00:00:00 dst \([^ ]*\).*/\1/p' | tr '\n' ' ')
  for peer in $there; do
    case " $peers " in *" $peer "*) ;; *) bridge fdb del 00:00:00:00:00:00 dev "$port" dst "$peer" ;; esac
  done
  for peer in $peers; do
    case " $there " in *" $peer "*) ;; *) bridge fdb append 00:00:00:00:00:00 dev "$port" dst "$peer" ;; esac
  done
}
# Shapes each port except those of the VXLAN and of proofs; in kbit/s, microseconds, frames per million, 0 for none. A
# frame to several routers is delayed before each of them, and a frame from another host only here. With DOWN, no frame
# reaches a router.
shape() {
  bridge=$1 mtu=$2 rate=$3 delay=$4 loss=$5 down=${6:-0}
  frame=$(( mtu + 18 ))
  # burst, the bytes that may pass immediately: two frames, or the bytes of 10 ms. waiting, the bytes that may wait: ten
  # frames, or the bytes of 100 ms.
  burst=$(( rate * 5 / 4 > 2 * frame ? rate * 5 / 4 : 2 * frame ))
  waiting=$(( rate * 25 / 2 > 10 * frame ? rate * 25 / 2 : 10 * frame ))
  # held, the number of frames in transit: small ones, at 1 Gbit/s if there is no bandwidth limit.
  held=$(( (rate > 0 ? rate : 1000000) * 125 * (delay + 100000) / 1000000 / 500 ))
  held=$(( held < 1000 ? 1000 : held > 100000 ? 100000 : held ))
  percent=$(( loss / 10000 )).$(printf %04d $(( loss % 10000 )))
  failed=
  for folder in "/sys/class/net/$bridge/brif"/*; do
    port=${folder##*/}
    case $port in '*' | vmx-* | vmsp*) continue ;; esac
    # A queue that takes nothing. The state of the bridge's port would change with the port's carrier.
    if [ "$down" = 1 ]; then
      tc qdisc replace dev "$port" root handle 7663: pfifo limit 0 || failed=$port
      continue
    fi
    if [ "$rate$delay$loss" = 000 ]; then
      case $(tc qdisc show dev "$port" root 2>/dev/null) in
        *" 7661: root"* | *" 7662: root"* | *" 7663: root"*) tc qdisc del dev "$port" root || failed=$port ;;
      esac
      continue
    fi
    # An existing queueing discipline of the same kind is changed, and loses no frame.
    [ "$delay$loss" = 00 ] && tc qdisc replace dev "$port" root handle 7661: \
      tbf rate "${rate}kbit" burst "$burst" limit $(( burst + waiting )) 2>/dev/null && continue
    tc qdisc replace dev "$port" root handle 7662: \
      netem limit "$held" delay "${delay}us" loss "$percent%" rate "${rate}kbit" || failed=$port
  done
  [ -z "$failed" ]
}
# recall: reads the mark in a network's XML.
recall() { mark=$(tr '\n' ' ' | sed -n 's/.*<vms:segment \([^>]*\)>.*/\1/p'); }
word() { printf '%s' " $mark" | sed -n "s/.* $1=[\"']\([0-9A-Fa-f:.,-]*\)[\"'].*/\1/p"; }
number() { found=$(word "$1"); echo "${found:-0}"; }
network() {
  case $1/$2 in vms-*/started | vms-*/stopped) ;; *) return 0 ;; esac
  recall
  [ -n "$mark" ] || return 0
  if [ "$2" = stopped ]; then ip link del "vmx-${1#vms-}" 2>/dev/null || true; return 0; fi
  # If a network does not start, libvirt leaves its bridge.
  "$0" attach "$1" "$(word vni)" "$(word mtu)" "$(word local)" "$(word peers)" "$(word network)" </dev/null || {
    ip link del "vmx-${1#vms-}" 2>/dev/null || true
    ip link del "$1" 2>/dev/null || true
    exit 1
  }
}
machine() {
  case $2 in started | reconnect) ;; *) return 0 ;; esac
  # shellcheck disable=SC2013  # names, none of which holds a blank
  for bridge in $(sed -n "s/.*bridge=[\"']\(vms-[0-9a-f]\{6\}\)[\"'].*/\1/p" | sort -u); do
    file=/etc/libvirt/qemu/networks/$bridge.xml
    [ -e "$file" ] || continue
    recall <"$file"
    [ -z "$mark" ] || shape "$bridge" "$(number mtu)" "$(number bandwidth)" "$(number delay)" "$(number loss)" \
      "$(number down)"
  done
}
case $1 in
  attach | tunnel | shape)
    "$@"
    exit ;;
esac
case $0 in
  */network.d/*) network "$@" ;;
  */qemu.d/* | */libxl.d/*) machine "$@" || true ;;
  # A daemon looks for hooks only when it starts or reloads; then it calls this one.
  */daemon.d/*) echo "$2" >"/run/vms-hooks.$(cat "/proc/$PPID/comm")" ;;
esac
