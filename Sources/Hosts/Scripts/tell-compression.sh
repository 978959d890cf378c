#!/bin/sh
# Finds out whether the host's sshd compresses on request. Prints `no`, or something else.
sshd=$(command -v sshd || echo /usr/sbin/sshd)
"$sshd" -T 2>/dev/null | sed -n 's/^compression //p'
