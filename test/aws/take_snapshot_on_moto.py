"""Plays what takes snapshots of the data volume against moto: on one volume over days, and on none."""
import datetime
import importlib.util
import os
import pathlib

for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ[name] = "testing"
os.environ |= {"AWS_DEFAULT_REGION": "eu-central-1", "KEEP_HOURS": "24", "KEEP_LEAST": "3"}

import boto3  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.ec2.models import ec2_backends  # noqa: E402

mock_aws().start()
PATH = pathlib.Path(__file__).parents[2] / "deploy/aws/machine/take_snapshot.py"
spec = importlib.util.spec_from_file_location("take_snapshot", PATH)
take_snapshot = importlib.util.module_from_spec(spec)
spec.loader.exec_module(take_snapshot)

ec2 = boto3.client("ec2")
volume = ec2.create_volume(AvailabilityZone="eu-central-1a", Size=1)["VolumeId"]
os.environ["VOLUME"] = volume
other = ec2.create_snapshot(VolumeId=volume, Description="by hand")["SnapshotId"]


def ours():
    everything = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    return {each["SnapshotId"] for each in everything if each.get("Tags")}


def age(hours):
    """Makes every snapshot older."""
    for each in ec2_backends["123456789012"]["eu-central-1"].snapshots.values():
        each.start_time -= datetime.timedelta(hours=hours)


cases = 0
taken = [take_snapshot.handler({}, None)["taken"] for _ in range(5)]
assert ours() == set(taken)
cases += 1

age(23)
assert take_snapshot.handler({}, None)["deleted"] == []
cases += 1

# Past their hours all but the newest three go: the sixth is one of these.
age(2)
said = take_snapshot.handler({}, None)
assert len(said["deleted"]) == 3, said
assert said["taken"] in ours() and len(ours()) == 4
cases += 1

# What somebody else took is not touched.
assert other in {each["SnapshotId"] for each in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}
cases += 1

# The volume is gone: that is an error, an alarm, and nothing is deleted however old it is.
before = ours()
age(1000)
os.environ["VOLUME"] = volume
ec2.delete_volume(VolumeId=volume)
try:
    take_snapshot.handler({}, None)
    raise SystemExit("a snapshot of a volume that is gone")
except ClientError:
    assert ours() == before
cases += 1
print(f"{cases} cases")
