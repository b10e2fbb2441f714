"""What the pages and the mail say in which language; the words are in locale/."""
