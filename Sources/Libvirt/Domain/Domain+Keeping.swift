import CLibvirt
import Glibc

extension Domain {
    /// Whether its memory is saved to a file from which its next start resumes (`virDomainHasManagedSaveImage`).
    public func hasManagedSave() async throws(LibvirtError) -> Bool {
        try await perform("virDomainHasManagedSaveImage") { domain throws(LibvirtError) in
            try check("virDomainHasManagedSaveImage", virDomainHasManagedSaveImage(domain, 0)) == 1
        }
    }

    /// Saves its memory to a file, from which its next start resumes, and stops it (`virDomainManagedSave`). It takes
    /// as long as writing the memory.
    public func managedSave() async throws(LibvirtError) {
        _ = try await perform("virDomainManagedSave", bounded: false) { domain throws(LibvirtError) in
            try check("virDomainManagedSave", virDomainManagedSave(domain, 0))
        }
    }

    /// Removes saved memory, so that its next start boots (`virDomainManagedSaveRemove`).
    public func removeManagedSave() async throws(LibvirtError) {
        try await perform("virDomainManagedSaveRemove") { virDomainManagedSaveRemove($0, 0) }
    }

    /// The description that belongs to its saved memory (`virDomainManagedSaveGetXMLDesc`).
    /// - Throws: `.noSupport` where the driver does not have it.
    public func managedSaveXML() async throws(LibvirtError) -> String {
        try await perform("virDomainManagedSaveGetXMLDesc") { domain throws(LibvirtError) in
            try take("virDomainManagedSaveGetXMLDesc", virDomainManagedSaveGetXMLDesc(domain, 0))
        }
    }

    /// Renames it (`virDomainRename`). A running domain cannot be renamed.
    public func rename(_ name: String) async throws(LibvirtError) {
        try checkText("virDomainRename", "the domain's name", name)
        try await perform("virDomainRename") { virDomainRename($0, name, 0) }
    }

    /// Names of its snapshots, sorted (`virDomainListAllSnapshots`).
    public func snapshotNames() async throws(LibvirtError) -> [String] {
        try await perform("virDomainListAllSnapshots") { domain throws(LibvirtError) in
            var list: UnsafeMutablePointer<virDomainSnapshotPtr?>?
            let count = try check("virDomainListAllSnapshots", virDomainListAllSnapshots(domain, &list, 0))
            defer { free(list) }
            var names: [String] = []
            for index in 0..<Int(count) {
                guard let one = list?[index] else { continue }
                defer { virDomainSnapshotFree(one) }
                if let name = virDomainSnapshotGetName(one) { names.append(String(cString: name)) }
            }
            return names.sorted()
        }
    }

    /// Names of its checkpoints, sorted (`virDomainListAllCheckpoints`).
    public func checkpointNames() async throws(LibvirtError) -> [String] {
        try await perform("virDomainListAllCheckpoints") { domain throws(LibvirtError) in
            var list: UnsafeMutablePointer<virDomainCheckpointPtr?>?
            let count = try check("virDomainListAllCheckpoints", virDomainListAllCheckpoints(domain, &list, 0))
            defer { free(list) }
            var names: [String] = []
            for index in 0..<Int(count) {
                guard let one = list?[index] else { continue }
                defer { virDomainCheckpointFree(one) }
                if let name = virDomainCheckpointGetName(one) { names.append(String(cString: name)) }
            }
            return names.sorted()
        }
    }
}
