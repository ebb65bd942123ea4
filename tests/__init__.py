"""The tests of Registrar; they mirror the package file by file."""
