"""One file per act of the user: numbered steps, no SQL, no layout, no printing."""
