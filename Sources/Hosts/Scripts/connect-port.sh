#!/bin/sh
# Makes a machine's device a port of a bridge: connect-port BRIDGE DEVICE.
ip link set "$2" master "$1" up
