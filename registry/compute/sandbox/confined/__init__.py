"""What runs inside the confined process: standard library, engine, numpy and arrow, each imported by its bare name."""
