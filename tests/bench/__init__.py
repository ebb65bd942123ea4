"""The benchmark: Registrar as it is shipped beside a bare Flask application, on both databases."""
