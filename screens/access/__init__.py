"""Who may use the app: which requests the server answers, signing in, how long a sign-in lasts, and who has which role.

What a role allows is in `data/access.py`, below everything that acts; see docs/sign-in.md for the settings.
"""
