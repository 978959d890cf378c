#!/bin/sh
# Ends a flow once it is answered again, or after 10 s without an answer: end-flow MAC. Without one there is nothing to do.
flow=/run/vmsp-flow-$1
process=$(cat "$flow/process" 2>/dev/null) || exit 0
# "Destination Host Unreachable" comes as a line, too, and is no answer.
count() { grep -c 'bytes from' "$flow/told" 2>/dev/null; }
first=$(count) tries=0
# The first one may have been on its way before.
until [ "$(count)" -gt $(( first + 1 )) ] || [ $tries -ge 100 ]; do
  tries=$(( tries + 1 ))
  sleep 0.1
done
[ "$(cat "/proc/$process/comm" 2>/dev/null)" = ping ] && kill -INT "$process"
exit 0
