/// A sorted list without duplicates. Copying it costs nothing; a change copies the list of leaves and one leaf.
/// An iteration finds its start by binary search.
struct OrderedList<Element: Comparable & Sendable>: Sendable {
    /// Sorted like their elements; no leaf is empty.
    private var leaves: [[Element]] = []

    private let longest: Int

    /// - Parameter longest: a leaf with more elements is split in two.
    init(longest: Int = 512) { self.longest = longest }

    mutating func insert(_ element: Element) {
        guard !leaves.isEmpty else { return leaves.append([element]) }
        let leaf = max(Self.count(leaves) { $0[0] <= element } - 1, 0)
        let place = Self.count(leaves[leaf]) { $0 < element }
        if place < leaves[leaf].count, leaves[leaf][place] == element { return }
        leaves[leaf].insert(element, at: place)
        guard leaves[leaf].count > longest else { return }
        let half = leaves[leaf].count / 2
        let upper = Array(leaves[leaf][half...])
        leaves[leaf].removeSubrange(half...)
        leaves.insert(upper, at: leaf + 1)
    }

    mutating func remove(_ element: Element) {
        let leaf = Self.count(leaves) { $0[0] <= element } - 1
        guard leaf >= 0 else { return }
        let place = Self.count(leaves[leaf]) { $0 < element }
        guard place < leaves[leaf].count, leaves[leaf][place] == element else { return }
        leaves[leaf].remove(at: place)
        if leaves[leaf].isEmpty { leaves.remove(at: leaf) }
    }

    var all: some Sequence<Element> { leaves.lazy.joined() }

    /// The first elements, at most `most`, for which `isBehind` holds. `isBehind` must hold for every element
    /// after one for which it holds.
    func first(_ most: Int, where isBehind: (Element) -> Bool) -> [Element] {
        var found: [Element] = []
        // Elements at the end of the preceding leaf may match as well.
        var leaf = max(Self.count(leaves) { !isBehind($0[0]) } - 1, 0)
        while leaf < leaves.count, found.count < most {
            let start = Self.count(leaves[leaf]) { !isBehind($0) }
            found += leaves[leaf][start...].prefix(max(0, most - found.count))
            leaf += 1
        }
        return found
    }

    /// The last elements, at most `most`, in reverse order, for which `isBefore` holds. `isBefore` must hold
    /// for every element before one for which it holds.
    func last(_ most: Int, where isBefore: (Element) -> Bool) -> [Element] {
        var found: [Element] = []
        var leaf = Self.count(leaves) { isBefore($0[0]) } - 1
        while leaf >= 0, found.count < most {
            let end = Self.count(leaves[leaf], isBefore)
            found += leaves[leaf][..<end].suffix(max(0, most - found.count)).reversed()
            leaf -= 1
        }
        return found
    }

    /// The length of the prefix whose items meet a condition that no later item meets, found by binary search.
    private static func count<Item>(_ items: [Item], _ holds: (Item) -> Bool) -> Int {
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(items[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension OrderedList: Equatable {
    /// The distribution of elements over leaves does not matter.
    static func == (one: Self, other: Self) -> Bool { one.all.elementsEqual(other.all) }
}
