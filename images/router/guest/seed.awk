# Reads a NoCloud seed (meta-data, then network-config version 2) and prints orders for init, one a line:
#   H hostname | I device | M device mtu | A device address/prefix | R device destination gateway|- metric|- | W warning
# I names each interface that the seed names, whatever else it says of it.
#
# It understands the part of YAML that such files use: maps and lists in block or flow form (JSON is flow form), plain
# or quoted scalars, comments. Each scalar becomes V[path] with the path's parts joined by "/" and list items numbered
# from 0. Values for the shell contain only the characters that they need.

function blank(text) { sub(/^[ \t]+/, "", text); sub(/[ \t]+$/, "", text); return text }

function unquoted(text,    mark) {
    text = blank(text)
    mark = substr(text, 1, 1)
    if ((mark == "\"" || mark == "'") && substr(text, length(text)) == mark && length(text) > 1)
        return substr(text, 2, length(text) - 2)
    return text
}

# The text without its comment, which begins with "#" at the start or after a blank, outside quotes.
function bare(text,    i, c, mark) {
    if (index(text, "#") == 0) return text
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (mark != "") { if (c == mark) mark = "" }
        else if (c == "\"" || c == "'") mark = c
        else if (c == "#" && (i == 1 || substr(text, i - 1, 1) ~ /[ \t]/)) return substr(text, 1, i - 1)
    }
    return text
}

# The number of unclosed brackets in the text.
function open(text,    i, c, mark, depth) {
    depth = 0
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (mark != "") { if (c == mark) mark = "" }
        else if (c == "\"" || c == "'") mark = c
        else if (c == "[" || c == "{") depth++
        else if (c == "]" || c == "}") depth--
    }
    return depth
}

function keep(path, value) {
    sub(/^\/(network\/)?/, "", path)
    V[path] = unquoted(value)
    if (path ~ /^ethernets\/[^\/]+\//) {
        split(path, parts, "/")
        if (!(parts[2] in known)) { known[parts[2]] = 1; ethernet[ethernets++] = parts[2] }
    }
}

# Removes the next flow scalar from F, up to one of the stop characters.
function taken(stops,    c, i, mark, text) {
    F = blank(F)
    mark = substr(F, 1, 1)
    if (mark == "\"" || mark == "'") {
        i = index(substr(F, 2), mark)
        if (i == 0) { text = F; F = ""; return text }
        text = substr(F, 1, i + 1)
        F = blank(substr(F, i + 2))
        return unquoted(text)
    }
    for (i = 1; i <= length(F); i++) if (index(stops, substr(F, i, 1))) break
    text = blank(substr(F, 1, i - 1))
    F = substr(F, i)
    return text
}

# Removes one flow value from F and stores it under the path.
function flow(path,    c, i, key) {
    F = blank(F)
    c = substr(F, 1, 1)
    if (c != "[" && c != "{") { keep(path, taken(",]}")); return }
    F = blank(substr(F, 2))
    i = 0
    while (F != "" && index("]}", substr(F, 1, 1)) == 0) {
        if (c == "[") flow(path "/" i++)
        else {
            key = taken(":,}")
            if (substr(F, 1, 1) == ":") { F = substr(F, 2); flow(path "/" key) }
        }
        F = blank(F)
        if (substr(F, 1, 1) == ",") F = blank(substr(F, 2))
    }
    F = substr(F, 2)
}

# One line of block form: its column determines its parent. A "- " counts half a column deeper than its position, so
# that a list may begin in its key's own column.
function block(column, text,    item, i, key, value) {
    item = (text ~ /^-( |$)/)
    if (item) column += 0.5
    while (depth > 0 && columnAt[depth] >= column) depth--
    if (item) {
        i = items[pathAt[depth]]++
        depth++; columnAt[depth] = column; pathAt[depth] = pathAt[depth - 1] "/" i
        text = substr(text, 2)
        match(text, /^ */)
        if (substr(text, RLENGTH + 1) != "") block(column + 0.5 + RLENGTH, substr(text, RLENGTH + 1))
        return
    }
    if (text ~ /^[[{]/) { F = text; flow(pathAt[depth]); return }
    if (!match(text, /^("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+) *:( |$)/)) { keep(pathAt[depth], text); return }
    key = substr(text, 1, RLENGTH)
    value = blank(substr(text, RLENGTH + 1))
    sub(/ *: ?$/, "", key)
    key = unquoted(key)
    if (value == "") { depth++; columnAt[depth] = column; pathAt[depth] = pathAt[depth - 1] "/" key }
    else if (value ~ /^[[{]/) { F = value; flow(pathAt[depth] "/" key) }
    else keep(pathAt[depth] "/" key, value)
}

BEGIN {
    count = split(macs, pairs, " ")
    for (i = 1; i <= count; i++) { split(pairs[i], pair, "="); device[pair[1]] = pair[2]; present[pair[2]] = 1 }
}

FNR == 1 { depth = 0; pathAt[0] = ""; columnAt[0] = -1; pending = "" }

{
    sub(/\r$/, "")
    line = bare($0)
    sub(/[ \t]+$/, "", line)
    if (pending != "") line = pending " " blank(line)
    if (line ~ /^[ \t]*$/ || line ~ /^---/) next
    if (open(line) > 0) { pending = line; next }
    pending = ""
    match(line, /^ */)
    block(RLENGTH, substr(line, RLENGTH + 1))
}

function warn(words) { print "W " words }
function isAddress(text) { return text ~ /^[0-9A-Fa-f:.]+(\/[0-9]+)?$/ }
function isNumber(text) { return text ~ /^[0-9]+$/ }

function route(name, to, via, metric) {
    if (to == "0.0.0.0/0" || to == "::/0") to = "default"
    if (to == "default" && via ~ /:/) to = "::/0"
    if ((to != "default" && !isAddress(to)) || (via != "" && !isAddress(via)) || (metric != "" && !isNumber(metric)))
        warn("route not understood on " name)
    else routes = routes "R " name " " to " " (via == "" ? "-" : via) " " (metric == "" ? "-" : metric) "\n"
}

END {
    host = V["local-hostname"]
    if (host == "") host = V["hostname"]
    if (host ~ /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/ && length(host) < 64) print "H " host
    else if (host != "") warn("local-hostname is not a host name")
    for (n = 0; n < ethernets; n++) {
        base = "ethernets/" ethernet[n] "/"
        name = ethernet[n]
        mac = tolower(V[base "match/macaddress"])
        if (mac != "") name = device[mac]
        if (name == "" || !(name in present)) {
            warn("no interface for " ethernet[n] (mac == "" ? "" : " with address " mac)); continue
        }
        print "I " name
        if ((base "mtu") in V) { if (isNumber(V[base "mtu"])) print "M " name " " V[base "mtu"]; else warn("mtu is not a number on " name) }
        for (i = 0; (base "addresses/" i) in V; i++) {
            address = V[base "addresses/" i]
            if (isAddress(address)) print "A " name " " address
            else warn("address not understood on " name)
        }
        if ((base "gateway4") in V) route(name, "default", V[base "gateway4"], "")
        if ((base "gateway6") in V) route(name, "::/0", V[base "gateway6"], "")
        for (i = 0; (base "routes/" i "/to") in V; i++)
            route(name, V[base "routes/" i "/to"], V[base "routes/" i "/via"], V[base "routes/" i "/metric"])
    }
    printf "%s", routes
}
