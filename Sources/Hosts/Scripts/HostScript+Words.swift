extension HostScript {
    /// What it is for, as it goes on from "the host could not".
    var words: String { purpose ?? Self.wordsByName[name] ?? "do what it was asked" }

    /// The same script, told as what it is for this time.
    func `for`(_ purpose: String) -> HostScript {
        var copy = self
        copy.purpose = purpose
        return copy
    }

    private static let wordsByName = [
        "describe": "tell what it has", "inspect": "be looked at", "links": "tell its network devices",
        "probe": "ask who answers at an address", "listen": "listen for frames",
        "proveLink": "ask routers on a link", "proveReach": "ask for addresses beyond a link",
        "flow": "send packets while a machine moves", "hasFlow": "tell whether packets are sent",
        "gapOfFlow": "tell how long packets were lost", "endFlow": "end sending packets",
        "prepareSegment": "prepare a link", "attachSegment": "connect a link", "detachSegment": "take a link away",
        "tryVNIs": "tell which VXLANs can be made", "hasBridge": "tell whether a bridge is there",
        "connectPort": "connect a machine with a bridge",
        "filtering": "tell its firewall", "disk": "tell what a disk is", "kinds": "look at a machine's disks",
        "sizes": "tell how long files are",
        "digest": "look at an image that arrived", "storage": "tell where disks lie", "boot": "tell since when it runs",
        "power-off": "be switched off", "takeImage": "take an image from another host",
        "giveImage": "give an image to another host", "compression": "tell how it compresses",
    ]
}
