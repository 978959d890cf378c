/// The release of this contract, of the server and of its clients.
public enum Release {
    /// A semantic version; with `-dev` until its release.
    public static let version = "0.1.0-dev"
}
