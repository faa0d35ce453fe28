"""One HTTP request to Magic Hour: credentials, TLS, retries, errors."""
