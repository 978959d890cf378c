#!/bin/sh
# Sends small packets to a router on a link, one every 20 ms, until end-flow or for SECONDS: send-flow BRIDGE MTU
# ADDRESS/PREFIX MAC TARGET SECONDS. Without an address it sends from the host itself, if that has a route.
#
# Its folder /run/vmsp-flow-MAC exists from the first answer on, or after 5 s without one. MAC distinguishes it from
# other flows, even if it is not the sender's. Prints `sent N`, and for each answer `answer NUMBER TIME`, with numbers
# from 1 and times in seconds.
#include shared/probe-space.sh
bridge=$1 address=$3 target=$5 seconds=$6
flow=/run/vmsp-flow-$4
# Remove the remains of a flow that was killed.
rm -rf "$flow" "$flow.new"
mkdir "$flow.new" || exit 1
ping=
end() { [ -z "$ping" ] || kill "$ping" 2>/dev/null; rm -rf "$flow" "$flow.new"; }
trap end EXIT
if [ "$address" = - ]; then
  trap 'exit 1' HUP INT TERM PIPE
  within=
else
  enter "$bridge" "$2" "$address" "$4"
  near "$target"
  trap 'end; leave' EXIT
  within="ip netns exec $space"
fi
$within ping -n -D -i 0.02 -w "$seconds" "$target" >"$flow.new/told" 2>&1 &
ping=$!
echo "$ping" >"$flow.new/process"
tries=0
until grep -qs 'bytes from' "$flow.new/told" || [ $tries -ge 50 ]; do
  tries=$(( tries + 1 ))
  sleep 0.1
done
mv "$flow.new" "$flow"
wait "$ping"
ping=
sed -n 's/^\([0-9]*\) packets transmitted.*/sent \1/p
  s/^\[\([0-9.]*\)\] [0-9]* bytes from .*icmp_seq=\([0-9]*\) .*/answer \2 \1/p' "$flow/told"
