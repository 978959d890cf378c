#!/bin/sh
# Asks the kernel for VXLANs that are not made: try-vnis, then for each VNI LOCAL. Prints `used VNI` for each that it
# refuses. One whose port is there already is not asked about. Nothing is sent, and nothing stays.
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
