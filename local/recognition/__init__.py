"""A local endpoint that speaks Amazon Rekognition's protocol and answers with `vision`."""
