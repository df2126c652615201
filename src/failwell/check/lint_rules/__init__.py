"""The rules of `failwell lint`: quality of one catalog. One file each."""
