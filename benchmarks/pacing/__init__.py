"""The real handlers and pacer in virtual time, against an endpoint that enforces a quota."""
