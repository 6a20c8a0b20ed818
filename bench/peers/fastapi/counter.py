"""The original architecture's count: one consumer that adds up candidates and says so every second, as one JSON line."""
import asyncio
import json
import os
from collections import Counter

import uvloop
from aiokafka import AIOKafkaConsumer


async def main():
    consumer = AIOKafkaConsumer(
        os.environ["PEER_TOPIC"], bootstrap_servers=os.environ["KAFKA_BROKERS"], auto_offset_reset="earliest"
    )
    await consumer.start()
    counts = Counter()
    try:
        while True:
            batches = await consumer.getmany(timeout_ms=1000, max_records=5000)
            for messages in batches.values():
                for message in messages:
                    counts[json.loads(message.value)["candidate"]] += 1
            print(json.dumps({"counted": counts.total()}), flush=True)
    finally:
        await consumer.stop()


uvloop.run(main())
