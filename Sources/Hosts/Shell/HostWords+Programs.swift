internal import Model

extension HostWords {
    /// As `shared/programs.sh` has them.
    static let programs = HostWords(
        "programs",
        HostProgram.allCases.map { program in
            [program.rawValue, program.sign ?? "", program.maker ?? "", program.debianPackage, program.loss]
                .joined(separator: "|")
        })
}
