# iptables_verdict NAME BRIDGES: reads the output of `iptables -S`, and prints `filter BRIDGE WORDS` for each bridge if
# packets between its ports are dropped. The first rule that certainly matches such packets decides. A rule with an
# unknown condition is skipped, and chains are followed (iptables(8)).
iptables_verdict() {
  awk -v who="$1" -v bridges="$2" '
    function fits(pattern, name) {
      if (pattern ~ /\+$/) return index(name, substr(pattern, 1, length(pattern) - 1)) == 1
      return pattern == name
    }
    function verdict(chain, name, depth,   i, k, m, w, target, ok, not, hit, told) {
      for (i = 1; i <= count[chain] && depth < 9; i++) {
        m = split(rule[chain, i], w, " "); ok = 1; target = ""; not = 0
        for (k = 3; k <= m && ok && target == ""; k++) {
          if (w[k] == "!") { not = 1; continue }
          if (w[k] == "-i" || w[k] == "-o") { hit = fits(w[++k], name); ok = not ? !hit : hit }
          else if (w[k] == "-m" && w[k + 1] == "physdev" && w[k + 2] == "--physdev-is-bridged" && !not) k += 2
          else if (w[k] == "-j" || w[k] == "-g") target = w[k + 1]
          else ok = 0
          not = 0
        }
        if (!ok) continue
        if (target == "ACCEPT") return "ok"
        if (target == "RETURN") return ""
        if (target == "DROP" || target == "REJECT") return text[chain, i]
        if (target in count) { told = verdict(target, name, depth + 1); if (told != "") return told }
      }
      return ""
    }
    $1 == "-P" && $2 == "FORWARD" { policy = $3 }
    $1 == "-A" {
      n = ++count[$2]; text[$2, n] = $0; line = $0
      gsub(/ -m comment --comment ("([^"\\]|\\.)*"|[^ "]+)/, "", line); rule[$2, n] = line
    }
    END {
      n = split(bridges, all, " ")
      for (j = 1; j <= n; j++) {
        told = verdict("FORWARD", all[j], 0)
        if (told == "") told = policy == "DROP" ? "FORWARD\047s policy is DROP" : "ok"
        if (told != "ok") print "filter " all[j] " " who " (" told ")"
      }
    }'
}
