extension Migration {
    /// When a file on a host was last used. For what is there already that is the begin of the newest operation of its host
    /// whose plan names it; where no operation is remembered it stays unknown, and the time of the file on the host counts.
    static let migration3 = Migration(
        version: 3,
        statements: [
            "ALTER TABLE image_on_node ADD COLUMN last_used DOUBLE PRECISION",
            """
            UPDATE image_on_node SET last_used = (
                SELECT MAX(operation.started) FROM operation
                WHERE operation.node = image_on_node.node
                AND operation.plan LIKE '%' || image_on_node.volume || '%'
            )
            """,
        ])
}
