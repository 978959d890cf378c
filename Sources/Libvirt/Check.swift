import CLibvirt
import Glibc

/// Returns the result of a C call that answers -1 on failure, or throws the thread's last error.
@discardableResult
func check(_ call: String, _ result: Int32) throws(LibvirtError) -> Int32 {
    guard result >= 0 else { throw LibvirtError.last(call) }
    return result
}

/// Returns the handle that a C call made, or throws the thread's last error.
func check(_ call: String, _ handle: OpaquePointer?) throws(LibvirtError) -> OpaquePointer {
    guard let handle else { throw LibvirtError.last(call) }
    return handle
}

/// Takes ownership of the string that a C call allocated, or throws the thread's last error.
func take(_ call: String, _ string: UnsafeMutablePointer<CChar>?) throws(LibvirtError) -> String {
    guard let string else { throw LibvirtError.last(call) }
    defer { free(string) }
    return String(cString: string)
}

/// Refuses text with a NUL, where C would cut it.
func checkText(_ call: String, _ field: String, _ text: String) throws(LibvirtError) {
    guard text.utf8.contains(0) else { return }
    throw LibvirtError(.invalidArgument, "\(field) contains a NUL character, which libvirt cannot carry", call: call)
}
