"""The ipywidgets: traits, messages, and what a page shows without them."""
