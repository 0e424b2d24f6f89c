"""The screens: pages, navigation, words and caches; the only room that imports streamlit."""
