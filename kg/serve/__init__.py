"""A graph over HTTP: SPARQL, a page for each thing, search; all of it read-only."""
