"""The documents that an organisation publishes in versions: how we handle data, what members undertake, and the
agreement with the operator."""
