"""The founding document's chat service at its best: the same answers from an asynchronous client with a large pool."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aioboto3
from aiobotocore.config import AioConfig
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    config = AioConfig(max_pool_connections=1000)
    async with aioboto3.Session().client("bedrock-runtime", config=config) as bedrock:
        app.state.bedrock = bedrock
        yield


app = FastAPI(lifespan=lifespan)


class ChatRequest(BaseModel):
    message: str


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "healthy"}


@app.post("/stream")
async def stream(chat: ChatRequest, request: Request) -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        response = await request.app.state.bedrock.converse_stream(
            modelId="m", messages=[{"role": "user", "content": [{"text": chat.message}]}]
        )
        async for event in response["stream"]:
            if "contentBlockDelta" in event:
                text = event["contentBlockDelta"]["delta"].get("text", "")
                yield json.dumps({"data": text}, ensure_ascii=False) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
