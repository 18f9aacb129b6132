#!/bin/sh
# The function's handler: the Lambda Web Adapter's wrapper runs it, and passes requests on to the port. boto3 is in the
# runtime's folder.
export PYTHONPATH="${PYTHONPATH:+$PYTHONPATH:}$LAMBDA_RUNTIME_DIR"
exec python3 "$LAMBDA_TASK_ROOT/stdlib_server.py"
