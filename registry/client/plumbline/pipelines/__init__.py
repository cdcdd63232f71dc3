"""Steps for orchestrators; each module needs the orchestrator that it is named after."""
