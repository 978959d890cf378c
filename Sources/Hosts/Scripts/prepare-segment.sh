#!/bin/sh
# Prepares a host before libvirt creates a link's bridge: prepare-segment BRIDGE OWNER VNI LOCAL PEERS, with commas
# between peers, `-` for none. Installs our hook; removes the remains of an earlier link of ours with that name; creates
# the VXLAN port, since only the kernel knows whether its VNI is in use, which may be by a device in another network
# namespace. From this moment until attach-segment ends, a bridge of that name is known to be ours, and our hooks stay.
#
# Prints `taken DEVICE` if a bridge or a port with that name is not ours, `used VNI DEVICE` if another VXLAN has the VNI
# (`-` for a device that is not visible).
#include shared/segments.sh
bridge=$1 owner=$2 vni=$3 local=$4 peers=$5 port=vmx-${1#vms-}
if ! network "$bridge"; then
  for device in "$bridge" "$port"; do
    [ -e "/sys/class/net/$device" ] || continue
    case $(mark "$device") in "vms "*) continue ;; esac
    [ -z "$(made "$bridge")" ] || continue
    echo "taken $device"
    exit 0
  done
  for device in "$port" "$bridge"; do
    [ ! -e "/sys/class/net/$device" ] || ip link del "$device"
  done
fi
mkdir -p "$making"
echo "$owner" >"$making/$bridge"
install network.d <<'HOOK'
#include segment-hook.sh

HOOK
[ "$peers" != - ] || exit 0
said=$("$hooks/network.d/vms" tunnel "$port" "$vni" "$local" "$owner" </dev/null 2>&1) && exit 0
case $said in
  *"File exists"* | *"already exists"*)
    other=$(ip -d -o link show type vxlan 2>/dev/null |
      sed -n "s/^[0-9]*: \([^:@]*\)[:@].* vxlan id $vni .*/\1/p" | head -n 1)
    network "$bridge" || rm -f "$making/$bridge"
    echo "used $vni ${other:--}" ;;
  *) printf '%s\n' "$said" >&2; exit 1 ;;
esac
