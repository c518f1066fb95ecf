from tests.plugin import EXTERNAL

collect_ignore = [] if EXTERNAL.is_dir() else ["test_sm_in_the_browser.py"]
