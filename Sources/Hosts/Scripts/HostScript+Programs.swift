internal import Model

extension HostScript {
    /// The shell function `lacking`: `lacks NAME` for each of ``HostProgram`` that the host has not, `other NAME` for one of
    /// which it has another.
    static let programs: String = {
        let signs = HostProgram.allCases.compactMap { program in
            program.sign.map { "\(program.rawValue)) sign='\($0)' ;;" }
        }
        return """
            lacking() {
              for tool in \(HostProgram.allCases.map(\.rawValue).joined(separator: " ")); do
                command -v "$tool" >/dev/null || { echo "lacks $tool"; continue; }
                sign=
                case $tool in \(signs.joined(separator: " ")) esac
                [ -z "$sign" ] || case $("$tool" -V 2>&1 </dev/null) in *"$sign"*) ;; *) echo "other $tool" ;; esac
              done
            }

            """
    }()

    /// Part of ``inspect``: each program, with the package that brings it.
    static let inspectPrograms: String = {
        let lines = HostProgram.allCases.map { program in
            """
              \(program.rawValue)) maker=\(program.maker ?? "-") package=\(program.debianPackage) loss='\(program.loss)' ;;
            """
        }
        return """
            told=" $(lacking | tr '\\n' ',') "
            told=,${told# }
            for tool in \(HostProgram.allCases.map(\.rawValue).joined(separator: " ")); do
              case $tool in
            \(lines.joined(separator: "\n"))
              esac
              # A check of bridges has that name.
              name=$tool
              [ "$tool" != bridge ] || name='bridge(8)'
              case $told in
                *",lacks $tool,"*) say warning "$name" "not there" "apt-get install $package; $loss" ;;
                *",other $tool,"*)
                  say warning "$name" "$(command -v "$tool") is not that of $maker" "apt-get install $package (in place of the other); $loss" ;;
                *) say ok "$name" "$(command -v "$tool")" ;;
              esac
            done

            """
    }()
}
