"""Controllers: what a widget does, without ipywidgets."""
