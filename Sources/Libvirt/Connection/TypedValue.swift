import CLibvirt

/// A parameter's value with its C type (`virTypedParameterType`). libvirt refuses a value of another type than the
/// driver expects, even if the number would fit.
public enum TypedValue: Sendable, Hashable {
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case bool(Bool)
    case string(String)

    /// The number, of any width; nil when the value is no number or does not fit.
    public var integer: Int64? {
        switch self {
        case .int32(let value): Int64(clamping: value)
        case .uint32(let value): Int64(clamping: value)
        case .int64(let value): value
        case .uint64(let value): Int64(exactly: value)
        case .double, .bool, .string: nil
        }
    }

    init?(_ parameter: virTypedParameter) {
        switch UInt32(bitPattern: parameter.type) {
        case VIR_TYPED_PARAM_INT.rawValue: self = .int32(parameter.value.i)
        case VIR_TYPED_PARAM_UINT.rawValue: self = .uint32(parameter.value.ui)
        case VIR_TYPED_PARAM_LLONG.rawValue: self = .int64(parameter.value.l)
        case VIR_TYPED_PARAM_ULLONG.rawValue: self = .uint64(parameter.value.ul)
        case VIR_TYPED_PARAM_DOUBLE.rawValue: self = .double(parameter.value.d)
        case VIR_TYPED_PARAM_BOOLEAN.rawValue: self = .bool(parameter.value.b != 0)
        case VIR_TYPED_PARAM_STRING.rawValue:
            guard let string = parameter.value.s else { return nil }
            self = .string(String(cString: string))
        default: return nil
        }
    }
}
