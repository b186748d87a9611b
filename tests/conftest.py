"""What holds for every test: a property is judged by what it finds, never by how fast this machine was."""

from hypothesis import HealthCheck, settings

settings.register_profile("farebridge", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("farebridge")
