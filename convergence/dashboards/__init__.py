"""What the pages read: one module a page, plain values out, a constant number of queries each."""
