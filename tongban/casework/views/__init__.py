"""The pages of casework: applying in `apply`, following up in `progress`, the workbench in `work`."""
