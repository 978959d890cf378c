#!/bin/sh
# Tells whether the host's sshd compresses when it is asked to. Prints `no`, or something else.
sshd=$(command -v sshd || echo /usr/sbin/sshd)
"$sshd" -T 2>/dev/null | sed -n 's/^compression //p'
