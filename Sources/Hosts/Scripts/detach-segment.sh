#!/bin/sh
# Removes a bridge's VXLAN port, the bridge if libvirt left it, and with the last link also our hooks: detach-segment
# BRIDGE OWNER WAS, where WAS is 1 if libvirt had the link's network. A probe that still runs on the bridge is ended;
# no caller waits for its answer. A device without our mark stays.
#include shared/segments.sh
bridge=$1 owner=$2 was=$3 port=vmx-${1#vms-}
# ours DEVICE: whether the device belongs to the link.
ours() {
  case $(mark "$1") in
    "vms $owner") return 0 ;;
    "") [ "$(made "$bridge")" = "$owner" ] || { [ "$was" = 1 ] && [ "$1" = "$port" ]; } ;;
    *) return 1 ;;
  esac
}
if ! network "$bridge"; then
  for file in /run/vmsp-*; do
    [ -f "$file" ] || continue
    [ "$(cat "$file")" = "$bridge" ] || continue
    probe=${file#/run/vmsp-} tries=0
    kill "$probe" 2>/dev/null || rm -f "$file"
    while kill -0 "$probe" 2>/dev/null && [ $tries -lt 50 ]; do
      sleep 0.1
      tries=$(( tries + 1 ))
    done
  done
  if [ -e "/sys/class/net/$bridge" ] && ours "$bridge"; then ip link del "$bridge"; fi
fi
if [ -e "/sys/class/net/$port" ] && ours "$port"; then ip link del "$port"; fi
[ "$(made "$bridge")" != "$owner" ] || rm -f "$making/$bridge"
rmdir "$making" 2>/dev/null || true
! grep -qs 'urn:vms:network:1' /etc/libvirt/qemu/networks/vms-*.xml || exit 0
for other in "$making"/*; do
  [ ! -e "$other" ] || exit 0
done
for folder in network.d qemu.d libxl.d daemon.d; do
  rm -f "$hooks/$folder/vms" "$hooks/$folder/.vms"
  rmdir "$hooks/$folder" 2>/dev/null || true
done
rm -f "$hooks/.vms-new" /run/vms-hooks.*
