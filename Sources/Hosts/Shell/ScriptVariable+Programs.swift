internal import Model

extension ScriptVariable {
    /// The programs that a host needs, in the format of `shared/programs.sh`.
    static let programs = ScriptVariable(
        "programs",
        HostProgram.allCases.map { program in
            [program.rawValue, program.sign ?? "", program.maker ?? "", program.debianPackage, program.loss]
                .joined(separator: "|")
        })
}
