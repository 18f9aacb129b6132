"""Streams objects from S3, whoever serves HTTP: `fastapi_server.py` and `stdlib_server.py` do, behind the Lambda Web
Adapter. It answers as the Node.js function does (`core/object-stream`), against which the tests hold it, and needs
nothing but the AWS SDK that Lambda's Python runtime carries."""
