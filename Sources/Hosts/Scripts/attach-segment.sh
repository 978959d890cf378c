#!/bin/sh
# Gives a bridge its VXLAN port and its routers' ports their shape, and sees to it that libvirt does the same when the
# host or a router starts: attach-segment BRIDGE VNI MTU LOCAL PEERS OWNER BANDWIDTH DELAY LOSS, with commas between
# peers, `-` for none, and 0 for what is not to be shaped. The hook is there (prepare-segment).
#
# The port is vmx-... where the bridge is vms-.... What every host of the link sends to unknown places goes to each
# peer. A packet that does not fit the underlay is dropped, not cut in pieces, so that a proof finds it.
#include shared/segments.sh
peers=$5
[ "$peers" != - ] || peers=
"$hooks/network.d/vms" attach "$1" "$2" "$3" "$4" "$peers" "$6" </dev/null
if [ "$7$8$9" != 000 ]; then
  for folder in qemu.d libxl.d daemon.d; do install "$folder" <"$hooks/network.d/vms"; done
  for daemon in libvirtd virtqemud virtxend; do
    [ ! -e "/run/vms-hooks.$daemon" ] || continue
    process=$(cat "/run/$daemon.pid" 2>/dev/null || true)
    [ -n "$process" ] || continue
    [ "$(cat "/proc/$process/comm" 2>/dev/null)" = "$daemon" ] || continue
    # It looks for hooks, and tells by the one for daemons that it has.
    kill -HUP "$process"
    tries=0
    until [ -e "/run/vms-hooks.$daemon" ]; do
      tries=$(( tries + 1 ))
      [ $tries -le 100 ] || { echo "$daemon was told to reload and did not look for hooks" >&2; exit 1; }
      sleep 0.1
    done
  done
fi
"$hooks/network.d/vms" shape "$1" "$3" "$7" "$8" "$9" </dev/null
rm -f "$making/$1"
