"""Sends mails, and nothing else does: `message` writes one, `smtp` hands it over."""
