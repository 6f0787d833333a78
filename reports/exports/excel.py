def render(summary):
    raise ValueError("being built")
