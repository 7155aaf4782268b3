"""`sightline batch`: what is in a bucket already, analysed as one."""
