"""One file per screen, named for the task it serves; only this package and streamlit_app.py import Streamlit."""
