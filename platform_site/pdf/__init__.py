"""Documents as tagged PDF files: `rendering.render_pdf` is the way in."""
