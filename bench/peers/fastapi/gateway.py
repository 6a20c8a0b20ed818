"""The original architecture's gateway, written to be fair to it: what a good FastAPI developer would run.

POST /vote {personal_id, guid, candidate}: the voter's key is looked up and spent in Redis by one script, the vote goes to
the topic and is answered when the broker has it (acks=all). uvloop, httptools, hiredis, connections kept, small batches
allowed (linger). It promises less than ours: a crash between Redis and Kafka loses the vote and the key.

Run: uvicorn gateway:app --loop uvloop --http httptools --workers N --no-access-log
"""
import json
import os
from contextlib import asynccontextmanager
from typing import Annotated

import redis.asyncio as redis
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI, Response
from pydantic import BaseModel, StringConstraints

TOPIC = os.environ["PEER_TOPIC"]
CANDIDATES = frozenset(os.environ["PEER_CANDIDATES"].split(","))
# KEYS[1]: the voters, a hash of personal_id -> guid, or -> "used" once voted.
SPEND = """
local key = redis.call('HGET', KEYS[1], ARGV[1])
if key == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], 'used') return 1 end
if key == 'used' then return 2 end
return 0
"""


class Vote(BaseModel):
    personal_id: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    guid: Annotated[str, StringConstraints(min_length=36, max_length=36)]
    candidate: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Engines:
    store: redis.Redis
    producer: AIOKafkaProducer
    spend: object


engines = Engines()


@asynccontextmanager
async def lifespan(_: FastAPI):
    # Requests wait for one of a few connections: more of them would be slower, and past its limit
    # redis-py fails.
    pool = redis.BlockingConnectionPool.from_url(os.environ["REDIS_URL"], max_connections=32, timeout=120)
    engines.store = redis.Redis(connection_pool=pool)
    engines.spend = engines.store.register_script(SPEND)
    engines.producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["KAFKA_BROKERS"], acks="all", linger_ms=5, max_batch_size=131072
    )
    await engines.producer.start()
    yield
    await engines.producer.stop()
    await engines.store.aclose()


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.post("/vote", status_code=201)
async def vote(ballot: Vote, response: Response):
    if ballot.candidate not in CANDIDATES:
        response.status_code = 422
        return {"error": "unknown candidate"}
    spent = await engines.spend(keys=["voters"], args=[ballot.personal_id, ballot.guid])
    if spent != 1:
        response.status_code = 409 if spent == 2 else 403
        return {"error": "key used" if spent == 2 else "unknown key"}
    record = json.dumps({"candidate": ballot.candidate}).encode()
    await engines.producer.send_and_wait(TOPIC, record, key=ballot.personal_id.encode())
    return {"status": "recorded"}
