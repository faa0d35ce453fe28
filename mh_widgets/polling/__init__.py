"""When to ask about a project, and who hears of the answer."""
