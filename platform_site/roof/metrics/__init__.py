"""`/metrics`: figures of the installation for Prometheus, read at each scrape."""
