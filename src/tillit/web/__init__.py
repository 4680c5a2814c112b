"""Settings, URLs, middleware, shells and the design system."""
