"""Configuration as code: what `plumbline.yaml` says, compared with what is there, and applied through the actions that
people use."""
