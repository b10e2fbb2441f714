"""Every table that can be exported, as rows of models, page by page: `index` lists them."""
