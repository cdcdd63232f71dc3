"""Data that do not lie on this machine: tables and files behind Spark Connect, files in object stores, table formats."""
