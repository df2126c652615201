"""Platform: a developer platform with billing. A contract whose errors say how to resolve them."""
