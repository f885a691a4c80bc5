"""A graph of papers, methods, datasets, tasks and concepts, every claim with its sentence."""
