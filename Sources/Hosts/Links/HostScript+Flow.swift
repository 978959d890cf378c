extension HostScript {
    /// Sends small packets to a router on a link, one each 20 ms, until ``endFlow`` or for SECONDS: `flow BRIDGE MTU
    /// ADDRESS/PREFIX MAC TARGET SECONDS`. Without an address it asks from the host itself, where that has a way.
    ///
    /// Its folder `/run/vmsp-flow-MAC` is there from the first answer on, or after 5 s without one; MAC tells it from other
    /// flows, also where it is not what asks. Prints `sent N`, and for each answer `answer NUMBER TIME`, numbers from 1 and
    /// times in seconds.
    static let flow = HostScript(
        name: "flow",
        text: probeSpace + #"""
            bridge=$1 address=$3 target=$5 seconds=$6
            flow=/run/vmsp-flow-$4
            # What one left that was killed.
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
            until grep -q 'bytes from' "$flow.new/told" || [ $tries -ge 50 ]; do
              tries=$(( tries + 1 ))
              sleep 0.1
            done
            mv "$flow.new" "$flow"
            wait "$ping"
            ping=
            sed -n 's/^\([0-9]*\) packets transmitted.*/sent \1/p
              s/^\[\([0-9.]*\)\] [0-9]* bytes from .*icmp_seq=\([0-9]*\) .*/answer \2 \1/p' "$flow/told"
            """#)

    /// Waits until a flow is under way: `hasFlow MAC`. Prints `yes`, or `no` after 10 s.
    static let hasFlow = HostScript(
        name: "hasFlow",
        text: #"""
            tries=0
            until [ -d "/run/vmsp-flow-$1" ]; do
              tries=$(( tries + 1 ))
              [ $tries -le 100 ] || { echo no; exit 0; }
              sleep 0.1
            done
            echo yes
            """#)

    /// Prints the longest time so far between two answers to a flow, and since the last one, in ms: `gapOfFlow MAC`.
    /// Nothing before the first answer.
    static let gapOfFlow = HostScript(
        name: "gapOfFlow",
        text: #"""
            sed -n 's/^\[\([0-9.]*\)\] .* bytes from .*/\1/p' "/run/vmsp-flow-$1/told" 2>/dev/null | awk -v now="$(date +%s.%N)" '
              last && $1 - last > gap { gap = $1 - last }
              { last = $1 }
              END { if (last) { if (now - last > gap) gap = now - last; printf "%d\n", gap * 1000 } }'
            """#)

    /// Ends a flow once it is answered again, or after 10 s without an answer: `endFlow MAC`. Without one
    /// there is nothing to do.
    static let endFlow = HostScript(
        name: "endFlow",
        text: #"""
            flow=/run/vmsp-flow-$1
            process=$(cat "$flow/process" 2>/dev/null) || exit 0
            # Its own host's word that nobody is there comes as a line, too.
            count() { grep -c 'bytes from' "$flow/told" 2>/dev/null; }
            first=$(count) tries=0
            # The first one may have been on its way before.
            until [ "$(count)" -gt $(( first + 1 )) ] || [ $tries -ge 100 ]; do
              tries=$(( tries + 1 ))
              sleep 0.1
            done
            [ "$(cat "/proc/$process/comm" 2>/dev/null)" = ping ] && kill -INT "$process"
            exit 0
            """#)
}
