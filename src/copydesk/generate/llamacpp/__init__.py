"""llama.cpp in this process: GGUF files, through xllamacpp."""
