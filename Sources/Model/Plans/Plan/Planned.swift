/// The result of a planner: the record as it will be after the plan, and the plan.
package struct Planned<Record: Sendable>: Sendable {
    package let record: Record
    package let plan: Plan
}
