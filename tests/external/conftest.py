from tests.external import EXTERNAL

collect_ignore_glob = [] if EXTERNAL.is_dir() else ["test_*.py"]
