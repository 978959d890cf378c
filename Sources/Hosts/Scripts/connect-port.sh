#!/bin/sh
# Connects a machine's device to a bridge: connect-port BRIDGE DEVICE.
ip link set "$2" master "$1" up
