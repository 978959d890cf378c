import Libvirt

infix operator ~=~ : ComparisonPrecedence

/// Whether an error is a `LibvirtError` of this code.
func ~=~ (error: any Error, code: LibvirtError.Code) -> Bool {
    code ~= error
}
