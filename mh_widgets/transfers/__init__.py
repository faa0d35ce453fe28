"""The transfer of outputs from the file host to the disk, the browser or the notebook."""
