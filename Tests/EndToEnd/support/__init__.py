"""Shared code of the end-to-end tests: the server, the lab, and requests to them. Each module is named after its
noun."""
