import Libvirt

infix operator ~=~ : ComparisonPrecedence

/// Whether an error is libvirt's, of this kind.
func ~=~ (error: any Error, code: LibvirtError.Code) -> Bool {
    code ~= error
}
