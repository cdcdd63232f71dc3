"""What a pipeline fetches from the server and runs by itself."""
