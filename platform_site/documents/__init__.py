"""Documents as tagged PDF files: `pdf.render_pdf` is the way in."""
