"""What is done to files of others before they are kept in `static/vendor`, as commands that do it again."""
