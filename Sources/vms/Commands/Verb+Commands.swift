internal import ArgumentParser

/// An index of `Verb.all` as a type: ArgumentParser knows a command only by its type, and creates its values itself
/// (docs/decisions/0062).
protocol VerbPlace: Sendable {
    static var index: Int { get }
}

enum FirstPlace: VerbPlace {
    static var index: Int { 0 }
}

enum PlaceBehind<Place: VerbPlace>: VerbPlace {
    static var index: Int { Place.index + 1 }
}

extension Verb {
    /// The commands of a noun, such as `["vm", "scheduler"]`; for an empty noun, the commands without one.
    static func commands(of noun: [String]) -> [any ParsableCommand.Type] {
        zip(all, commands).filter { $0.0.path.dropLast() == noun[...] }.map(\.1)
    }

    /// A type for each verb of the table, created at the program's start.
    private static let commands: [any ParsableCommand.Type] = {
        var place: any VerbPlace.Type = FirstPlace.self
        return all.map { _ in
            defer { place = next(place) }
            return command(at: place)
        }
    }()

    private static func next<Place: VerbPlace>(_ place: Place.Type) -> any VerbPlace.Type {
        PlaceBehind<Place>.self
    }

    private static func command<Place: VerbPlace>(at place: Place.Type) -> any ParsableCommand.Type {
        VerbCommand<Place>.self
    }
}
