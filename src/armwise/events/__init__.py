"""What happened to people: claim lines become stays and visits, vaccinations become doses."""
