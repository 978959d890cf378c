#!/bin/sh
# Waits until a flow has started: await-flow MAC. Prints `yes`, or `no` after 10 s.
tries=0
until [ -d "/run/vmsp-flow-$1" ]; do
  tries=$(( tries + 1 ))
  [ $tries -le 100 ] || { echo no; exit 0; }
  sleep 0.1
done
echo yes
