"""The page shell: base page, components, tokens and static files."""
