"""The painters behind `draw_films.py`. They need numpy and run by hand only; the simulator never imports them."""
