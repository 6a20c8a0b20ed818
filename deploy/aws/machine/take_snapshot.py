"""Takes a snapshot of the data volume, and lets old ones go. Runs every few minutes, outside of the machine, which may
neither take nor delete one: who breaks into it has the volume, and not its past."""
import datetime
import os

import boto3

# EBS processes up to five snapshots of a volume at a time. Three pending ones mean that the volume
# is slow.
MOST_PENDING = 2


def handler(_event, _context):
    ec2 = boto3.client("ec2")
    volume = os.environ["VOLUME"]
    kept = datetime.timedelta(hours=int(os.environ["KEEP_HOURS"]))
    least = int(os.environ["KEEP_LEAST"])
    filters = [
        {"Name": "volume-id", "Values": [volume]},
        {"Name": "tag:elections:by", "Values": ["take-snapshot"]},
    ]
    pages = ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"], Filters=filters)
    snapshots = [snapshot for page in pages for snapshot in page["Snapshots"]]
    if sum(snapshot["State"] == "pending" for snapshot in snapshots) >= MOST_PENDING:
        raise RuntimeError("snapshots of the volume do not complete")
    # Take the new snapshot first: if that fails, for example because the volume is lost, delete
    # nothing.
    taken = ec2.create_snapshot(
        VolumeId=volume,
        Description="Digital Elections, every few minutes",
        TagSpecifications=[
            {"ResourceType": "snapshot", "Tags": [{"Key": "elections:by", "Value": "take-snapshot"}]}
        ],
    )["SnapshotId"]
    done = sorted(
        (snapshot for snapshot in snapshots if snapshot["State"] == "completed"),
        key=lambda snapshot: snapshot["StartTime"],
        reverse=True,
    )
    oldest = datetime.datetime.now(datetime.timezone.utc) - kept
    gone = [snapshot["SnapshotId"] for snapshot in done[least:] if snapshot["StartTime"] < oldest]
    for snapshot in gone:
        ec2.delete_snapshot(SnapshotId=snapshot)
    return {"taken": taken, "deleted": gone}
