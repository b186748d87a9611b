"""Work beside the page: plans and other results, made in processes of their own and shared.

Those processes import this package too, and must not load Streamlit: nothing is imported here.
"""
