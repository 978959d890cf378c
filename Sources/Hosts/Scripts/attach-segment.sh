#!/bin/sh
# Connects a bridge with its VXLAN port, shapes its routers' ports, and makes libvirt do the same whenever the host or a
# router starts: attach-segment BRIDGE VNI MTU LOCAL PEERS OWNER BANDWIDTH DELAY LOSS DOWN, with commas between
# peers, `-` for none, 0 for what is not shaped, and 1 to let no frame pass. The hook exists already (prepare-segment).
#
# The port is vmx-... for the bridge vms-.... Frames to unknown destinations go to every peer. A packet that does not
# fit the underlay is dropped, not fragmented, so that a proof detects it.
#include shared/segments.sh
peers=$5
[ "$peers" != - ] || peers=
"$hooks/network.d/vms" attach "$1" "$2" "$3" "$4" "$peers" "$6" </dev/null
if [ "$7$8$9${10}" != 0000 ]; then
  for folder in qemu.d libxl.d daemon.d; do install "$folder" <"$hooks/network.d/vms"; done
  for daemon in libvirtd virtqemud virtxend; do
    [ ! -e "/run/vms-hooks.$daemon" ] || continue
    process=$(cat "/run/$daemon.pid" 2>/dev/null || true)
    [ -n "$process" ] || continue
    [ "$(cat "/proc/$process/comm" 2>/dev/null)" = "$daemon" ] || continue
    # The daemon then looks for hooks; the hook for daemons shows that it did.
    kill -HUP "$process"
    tries=0
    until [ -e "/run/vms-hooks.$daemon" ]; do
      tries=$(( tries + 1 ))
      [ $tries -le 100 ] || { echo "$daemon was told to reload and did not look for hooks" >&2; exit 1; }
      sleep 0.1
    done
  done
fi
"$hooks/network.d/vms" shape "$1" "$3" "$7" "$8" "$9" "${10}" </dev/null
rm -f "$making/$1"
