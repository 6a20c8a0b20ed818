"""Deploys synthesised templates to moto, AWS' interfaces played in this process, and prints what came of each resource.

usage: deploy_to_moto.py ZONE_ID REGION=TEMPLATE...
"""
import json
import os
import re
import sys
import warnings

for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    os.environ[name] = "testing"
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "true"

import boto3  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.cloudformation.parsing import get_model_map  # noqa: E402

mock_aws().start()
# What moto reads by other names than CloudFormation's, or cannot refer to: it ends with an error of
# its own.
MISREAD = {"AWS::KMS::Key": ("Tags",), "AWS::RDS::DBInstance": ("DBParameterGroupName",)}
# What policies name, and moto reads: as an ARN.
POLICIES_NAME = ("AWS::MSK::Cluster", "AWS::SecretsManager::SecretTargetAttachment")
zone_id, *templates = sys.argv[1:]


def client(service, region):
    return boto3.client(service, region_name=region)


def certificate(region, _logical, properties):
    return client("acm", region).request_certificate(DomainName=properties["DomainName"])["CertificateArn"]


def secret(region, logical, properties):
    made = properties["GenerateSecretString"]
    asked = {name: made[name] for name in ("PasswordLength", "ExcludePunctuation", "IncludeSpace")}
    manager = client("secretsmanager", region)
    password = manager.get_random_password(**asked)["RandomPassword"]
    fields = {**json.loads(made["SecretStringTemplate"]), made["GenerateStringKey"]: password}
    # Every one of them stands in an address.
    assert re.fullmatch("[A-Za-z0-9]+", password), "a password that an address spells otherwise"
    name = properties.get("Name", logical)
    return manager.create_secret(Name=name, SecretString=json.dumps(fields))["ARN"]


APART = {"AWS::CertificateManager::Certificate": certificate, "AWS::SecretsManager::Secret": secret}
zone = client("route53", "us-east-1").create_hosted_zone(Name="example.org", CallerReference="1")
own_zone = zone["HostedZone"]["Id"].removeprefix("/hostedzone/")


def unplayable(resource):
    """What moto knows by its type and cannot make: it ends with an assertion."""
    return "SourcePrefixListId" in resource.get("Properties", {})


def with_value(node, logical, value):
    """The template with a value in the place of what refers to a resource."""
    if isinstance(node, list):
        return [with_value(each, logical, value) for each in node]
    if not isinstance(node, dict):
        return node
    if node == {"Ref": logical} or node.get("Fn::GetAtt", [None])[0] == logical:
        return value
    return {key: with_value(each, logical, value) for key, each in node.items()}


said = {}
for pair in templates:
    region, path = pair.split("=", 1)
    with open(path, encoding="utf-8") as file:
        template = json.loads(file.read().replace(zone_id, own_zone))
    resources = template["Resources"]
    left_out = {name: resource["Type"] for name, resource in resources.items() if unplayable(resource)}
    for logical in left_out:
        del resources[logical]
    # What moto's CloudFormation does not know, others refer to nevertheless. Some it knows by an
    # interface of their own.
    not_known, apart = {}, {}
    for logical, resource in list(resources.items()):
        if resource["Type"] in get_model_map():
            continue
        value = f"{logical}.example.org"
        if resource["Type"] in POLICIES_NAME:
            value = f"arn:aws:any:{region}:123456789012:{logical}"
        if resource["Type"] in APART:
            value = APART[resource["Type"]](region, logical, resource["Properties"])
            apart[logical] = resource["Type"]
        else:
            not_known[logical] = resource["Type"]
        del resources[logical]
        template = with_value(template, logical, value)
        resources = template["Resources"]
    for resource in resources.values():
        for name in MISREAD.get(resource["Type"], ()):
            resource["Properties"].pop(name, None)
        needs = resource.get("DependsOn", [])
        needs = [needs] if isinstance(needs, str) else needs
        resource["DependsOn"] = [logical for logical in needs if logical in resources]
    text = json.dumps(template)
    # What `cdk bootstrap` leaves, and the template asks for.
    client("ssm", region).put_parameter(
        Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String"
    )
    name = os.path.basename(path).removesuffix(".template.json")
    cloudformation = client("cloudformation", region)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if len(text) > 51_200:
            s3 = client("s3", "us-east-1")
            s3.create_bucket(Bucket="templates")
            s3.put_object(Bucket="templates", Key=name, Body=text.encode())
            given = {"TemplateURL": f"https://templates.s3.amazonaws.com/{name}"}
        else:
            given = {"TemplateBody": text}
        cloudformation.create_stack(StackName=name, Capabilities=["CAPABILITY_NAMED_IAM"], **given)
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    made = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
    }
    said[name] = {
        "status": stack["StackStatus"],
        "made": {logical: resources[logical]["Type"] for logical in made if logical in resources},
        "made_apart": sorted(apart.values()),
        "left_out": sorted(left_out.values()),
        "not_known": sorted(set(not_known.values())),
        "not_made": sorted(name for name in resources if name not in made),
    }
groups = client("autoscaling", "eu-central-1").describe_auto_scaling_groups()["AutoScalingGroups"]
volumes = client("ec2", "eu-central-1").describe_volumes()["Volumes"]
said["groups"] = [{"zones": group["AvailabilityZones"], "instances": len(group["Instances"])} for group in groups]
said["volumes"] = [{"zone": v["AvailabilityZone"], "encrypted": v["Encrypted"], "size": v["Size"]} for v in volumes]
print(json.dumps(said))
