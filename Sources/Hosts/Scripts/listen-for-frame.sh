#!/bin/sh
# Listens on a bridge for a frame of a machine: listen-for-frame BRIDGE MAC FRAMES SECONDS, where FRAMES is a libpcap
# filter with commas in place of blanks. Prints `heard`, `silent` with the output of tcpdump, or `missing`.
set -u
command -v tcpdump >/dev/null || { echo missing; exit 0; }
frames=$(printf '%s' "$3" | tr , ' ')
if said=$(timeout "$4" tcpdump -i "$1" -nn -q -c 1 "ether src $2 and ($frames)" 2>&1); then echo heard
else printf 'silent\n%s\n' "$said"; fi
