"""What `up` is made of: a port, a broker, and processes that never outlive their parent. Standard library alone."""
