"""What strategies, fixtures and contract tests draw: people, stories, requests, and answers of the real server."""
