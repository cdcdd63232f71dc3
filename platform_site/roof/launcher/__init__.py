"""The parts of `up`: a port, a broker, and processes that never outlive their parent. Standard library alone."""
