"""Sites of colleges and measured journeys: a council's own, added to a county."""
