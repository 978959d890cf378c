"""What the end-to-end tests share: the server, the lab, and requests to them. Each module is named after its noun."""
