"""What people fill in: applicants in `apply` and `progress`, staff in `work`."""
