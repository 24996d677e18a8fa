"""The looks of our masters, one module each, and what turns them into .pptx files."""
