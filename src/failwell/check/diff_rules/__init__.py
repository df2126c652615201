"""The rules of `failwell diff`: what a change means for those who have the API as it was. One file each."""
