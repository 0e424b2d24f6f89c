"""Parts that pages are put together from: each takes figures that are ready to be shown and draws them."""
