#!/bin/sh
# Proves that addresses beyond a link answer through one of its routers: prove-reach BRIDGE MTU ADDRESS/PREFIX MAC
# SECONDS GATEWAY PATIENCE TARGET... MTU is that of the path, which packets of full size must pass; PATIENCE is how many
# seconds one answer may take.
#
# Prints for each target `reached ADDRESS`, or `small ADDRESS` if only small packets pass, or `lost ADDRESS` with lines
# `hop ADDRESS HOP` for the routers on the path that answered.
#include shared/probe-space.sh
bridge=$1 mtu=$2 address=$3 mac=$4 gateway=$6 patience=$7
end=$(( $(now) + $5 * 100 ))
shift 7
enter "$bridge" "$mtu" "$address" "$mac"
near "$gateway"
ip -n "$space" route add default via "$gateway" dev probe || exit 1
case $gateway in *:*) size=$(( mtu - 48 )) ;; *) size=$(( mtu - 28 )) ;; esac
echoes() { inside ping -n -q -c 1 -W "$patience" -I probe -M 'do' -s "$2" "$1" >/dev/null 2>&1; }
for target in "$@"; do
  while :; do
    if echoes "$target" "$size"; then echo "reached $target"; break; fi
    # A router without a route answers immediately, so pause.
    sleep 0.2
    [ "$(now)" -lt "$end" ] && continue
    if echoes "$target" 56; then echo "small $target"; break; fi
    echo "lost $target"
    for hops in 1 2 3 4 5 6 7 8; do
      inside ping -n -c 1 -W "$patience" -t "$hops" "$target" 2>/dev/null |
        sed -n "s/^From \([0-9A-Fa-f:.]*[0-9A-Fa-f]\).*/hop $target \1/p" | head -n 1
    done
    break
  done
done
exit 0
