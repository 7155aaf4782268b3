"""`sightline console`: build the console's files and put them where it is served from."""
