"""What the services share: who calls, by which key, password, code or mailed link. It knows no framework."""
