#!/bin/sh
# The function's handler: the Lambda Web Adapter's wrapper runs it, and passes requests on to the port. The packages of
# requirements.txt are in vendor, boto3 is in the runtime's folder.
export PYTHONPATH="$LAMBDA_TASK_ROOT/vendor:${PYTHONPATH:+$PYTHONPATH:}$LAMBDA_RUNTIME_DIR"
# The adapter closes idle connections after 4 seconds and adds its own headers to the 10 KB that API Gateway lets through.
exec python3 -m uvicorn fastapi_server:app --app-dir "$LAMBDA_TASK_ROOT" --port "$AWS_LWA_PORT" \
  --no-access-log --no-server-header --no-date-header --log-level warning \
  --timeout-keep-alive 60 --h11-max-incomplete-event-size 65536
