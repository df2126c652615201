"""Rules about waivers themselves. One file each."""
