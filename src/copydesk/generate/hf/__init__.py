"""Model folders of transformers, LoRA adapters, and GGUF files unpacked: through torch."""
