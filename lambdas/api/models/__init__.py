"""Shapes of the API's requests and answers: what is validated, and what openapi.json says."""
