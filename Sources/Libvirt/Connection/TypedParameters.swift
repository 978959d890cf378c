import CLibvirt
import Glibc

/// The owner of a C array of `virTypedParameter`.
struct TypedParameters: ~Copyable {
    private var pointer: UnsafeMutablePointer<virTypedParameter>?
    private var count: Int32 = 0
    private var capacity: Int32 = 0

    /// More than any scheduler or job has: a host that claims more gets no memory for it.
    private static let most: Int32 = 4096

    /// Space for the results of a C call.
    init(capacity: Int32) {
        let capacity = max(0, min(capacity, Self.most))
        pointer = calloc(Int(clamping: capacity), MemoryLayout<virTypedParameter>.stride)?
            .assumingMemoryBound(to: virTypedParameter.self)
        self.capacity = pointer == nil ? 0 : capacity
    }

    /// Takes ownership of an array that a C call allocated.
    init(taking pointer: UnsafeMutablePointer<virTypedParameter>?, count: Int32) {
        self.pointer = pointer
        self.count = max(0, count)
        capacity = self.count
    }

    /// Built from values (`virTypedParamsAddInt` and others of its kind), in the order of their names.
    init(_ values: [String: TypedValue]) throws(LibvirtError) {
        pointer = nil
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            try checkText("virTypedParamsAdd", "the parameter's name", name)
            try add(name, value)
        }
    }

    deinit {
        virTypedParamsFree(pointer, count)
    }

    /// Lets a C call fill the array: it gets the space, and returns how much it used.
    mutating func fill(_ body: (UnsafeMutablePointer<virTypedParameter>?, inout Int32) -> Int32) -> Int32 {
        var used = capacity
        let result = body(pointer, &used)
        count = result < 0 ? 0 : max(0, min(used, capacity))
        return result
    }

    /// Lends the array; it stays valid while `body` runs.
    borrowing func use(
        _ body: (UnsafeMutablePointer<virTypedParameter>?, Int32) throws(LibvirtError) -> Void
    ) throws(LibvirtError) {
        try body(pointer, count)
    }

    /// The values by name; a type of a later libvirt version is left out.
    var values: [String: TypedValue] { typedValues(pointer, count: count) }

    private mutating func add(_ name: String, _ value: TypedValue) throws(LibvirtError) {
        let result =
            switch value {
            case .int32(let value): virTypedParamsAddInt(&pointer, &count, &capacity, name, value)
            case .uint32(let value): virTypedParamsAddUInt(&pointer, &count, &capacity, name, value)
            case .int64(let value): virTypedParamsAddLLong(&pointer, &count, &capacity, name, value)
            case .uint64(let value): virTypedParamsAddULLong(&pointer, &count, &capacity, name, value)
            case .double(let value): virTypedParamsAddDouble(&pointer, &count, &capacity, name, value)
            case .bool(let value): virTypedParamsAddBoolean(&pointer, &count, &capacity, name, value ? 1 : 0)
            case .string(let value): virTypedParamsAddString(&pointer, &count, &capacity, name, value)
            }
        try check("virTypedParamsAdd", result)
    }
}

/// The values of a C array by name; a type of a later libvirt version is left out.
func typedValues(_ pointer: UnsafeMutablePointer<virTypedParameter>?, count: Int32) -> [String: TypedValue] {
    var values: [String: TypedValue] = [:]
    for index in 0..<Int(clamping: max(0, count)) {
        guard var parameter = pointer?[index], let value = TypedValue(parameter) else { continue }
        let name = withUnsafeBytes(of: &parameter.field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        values[name] = value
    }
    return values
}
