"""The kernel: the law and the standards as pure functions over frozen values."""
