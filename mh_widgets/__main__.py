"""`python -m mh_widgets` is `mh-widgets`."""

import sys

from mh_widgets.cli import main

if __name__ == "__main__":
    sys.exit(main())
