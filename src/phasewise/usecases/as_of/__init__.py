"""What history shows at an instant, as rows: composed once, for the API, the exports and the audit alike."""
