#!/bin/sh
# Ends a flow once the target answers again, or after 10 s without an answer: end-flow MAC. Does nothing if there is no
# flow.
flow=/run/vmsp-flow-$1
process=$(cat "$flow/process" 2>/dev/null) || exit 0
# "Destination Host Unreachable" is also printed as a line, but is not an answer.
count() { grep -c 'bytes from' "$flow/told" 2>/dev/null; }
first=$(count) tries=0
# The first new answer may have been in transit before.
until [ "$(count)" -gt $(( first + 1 )) ] || [ $tries -ge 100 ]; do
  tries=$(( tries + 1 ))
  sleep 0.1
done
[ "$(cat "/proc/$process/comm" 2>/dev/null)" = ping ] && kill -INT "$process"
exit 0
