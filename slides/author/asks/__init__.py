"""What a slide of each intent asks of the generator, and the slide that is made of the answer."""
