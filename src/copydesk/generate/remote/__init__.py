"""A client for any OpenAI-compatible server: vLLM, Ollama, llama-server, a hosted service."""
