/// The release of this contract, of the server and of its clients.
public enum Release {
    /// As semantic versions are written; `-dev` until it is released.
    public static let version = "0.1.0-dev"
}
