"""A graph for language models: an MCP server whose answers carry their sentences."""
