/// What a planner decides: a record as it will be when the plan has been carried out, and the plan.
package struct Planned<Record: Sendable>: Sendable {
    package let record: Record
    package let plan: Plan
}
