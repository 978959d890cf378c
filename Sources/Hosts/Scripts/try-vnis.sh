#!/bin/sh
# Tests whether the kernel would create VXLANs: try-vnis, then VNI LOCAL for each. Prints `used VNI` for each that it
# refuses. A VNI whose port exists already is not tested. Nothing is sent, and nothing remains.
#include shared/segments.sh
ip link del vmsp-vni 2>/dev/null || true
while [ $# -ge 2 ]; do
  vni=$1 local=$2
  shift 2
  [ ! -e "/sys/class/net/vmx-$(printf %06x "$vni")" ] || continue
  if said=$(ip link add vmsp-vni type vxlan id "$vni" local "$local" dstport 4789 2>&1); then ip link del vmsp-vni
  else
    case $said in *"File exists"* | *"already exists"*) echo "used $vni" ;; esac
  fi
done
