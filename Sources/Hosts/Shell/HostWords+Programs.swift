internal import Model

extension HostWords {
    /// The programs that a host needs, in the format of `shared/programs.sh`.
    static let programs = HostWords(
        "programs",
        HostProgram.allCases.map { program in
            [program.rawValue, program.sign ?? "", program.maker ?? "", program.debianPackage, program.loss]
                .joined(separator: "|")
        })
}
