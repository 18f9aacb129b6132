"""The founding document's chat service as it is written there: FastAPI, boto3, JSON lines from a plain generator."""

import json
from collections.abc import Iterator

import boto3
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

app = FastAPI()
bedrock = boto3.client("bedrock-runtime")


class ChatRequest(BaseModel):
    message: str


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "healthy"}


@app.post("/stream")
def stream(chat: ChatRequest) -> StreamingResponse:
    def lines() -> Iterator[str]:
        response = bedrock.converse_stream(
            modelId="m", messages=[{"role": "user", "content": [{"text": chat.message}]}]
        )
        for event in response["stream"]:
            if "contentBlockDelta" in event:
                text = event["contentBlockDelta"]["delta"].get("text", "")
                yield json.dumps({"data": text}, ensure_ascii=False) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
