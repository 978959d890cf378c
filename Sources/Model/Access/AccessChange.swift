package import FoundationEssentials

/// A change of the access records.
package enum AccessChange: Sendable, Equatable {
    /// Inserts the principal, or replaces the one of the same name.
    case putPrincipal(Principal)
    /// Also removes its tokens and shares.
    case removePrincipal(String)
    case putTeam(Team)
    /// Also removes its shares, and the roles of its members in it.
    case removeTeam(TeamID)
    case putToken(Token)
    case removeToken(TokenID)
    case tokenWasUsed(TokenID, Date)
    /// Records the owner of an image, by its name and version; `nil` when the image was removed.
    case ownImage(String, TeamID?)
    /// Inserts the share, or replaces the one of the same network and grantee.
    case putShare(Share)
    case removeShare(NetworkID, Share.Grantee)
    /// Removes all shares of a network.
    case removeShares(NetworkID)
}
