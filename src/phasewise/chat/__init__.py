"""Posts to a chat, and nothing else does: `access` says where, `post` says it there."""
