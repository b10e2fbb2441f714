"""A report's facts become a mail, a chat post, a PDF: begin at `form`. No clock, no network, no store."""
