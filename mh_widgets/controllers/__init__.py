"""What a widget does, without ipywidgets."""
