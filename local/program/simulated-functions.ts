import { availabilityZones } from "./availability-zones.ts";
import { ACCOUNT_CONCURRENCY } from "../lambda/function-definition.ts";
import { prefixListId } from "./simulated-network.ts";
import { findInferenceProfile, findModel, knownModels, modelArn, profileArn } from "../bedrock/models.ts";

/** The provider functions the components call, answered for one account and Region. */
export function simulatedFunctions(
  region: string,
  accountId: string,
): Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => object>> {
  return {
    "aws:cloudcontrol/getResource:getResource": ({ typeName, identifier }) =>
      existingResource(String(typeName), String(identifier)),
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }) => s3PrefixList(region, name),
    "aws:ec2/getVpc:getVpc": ({ id }) => existingVpc(region, accountId, String(id)),
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": ({ service }) => ({
      id: `vpce-svc-${String(service)}`,
      serviceName: `com.amazonaws.${region}.${String(service)}`,
      availabilityZones: availabilityZones(region).map(({ name }) => name),
    }),
    // No start finds images of another: what a container runs is always made from this folder.
    "aws:ecr/getImages:getImages": ({ repositoryName }) => ({
      id: repositoryName,
      repositoryName,
      imageIds: [],
    }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => {
      const zones = availabilityZones(region);
      return { id: region, names: zones.map(({ name }) => name), zoneIds: zones.map(({ id }) => id) };
    },
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
      id: accountId,
      accountId,
      arn: `arn:aws:iam::${accountId}:user/local`,
      userId: "LOCAL",
    }),
    "aws:index/getPartition:getPartition": () => ({
      id: "aws",
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    }),
    "aws:index/getRegion:getRegion": () => ({ id: region, region }),
    // What is outside the program cannot be seen from here: any bucket is answered for as one that would do.
    "aws:s3/getBucket:getBucket": ({ bucket }) => ({
      id: bucket,
      arn: `arn:aws:s3:::${String(bucket)}`,
      bucket,
      bucketRegion: region,
    }),
    "aws:servicequotas/getServiceQuota:getServiceQuota": ({ serviceCode, quotaCode }) => ({
      id: quotaCode,
      serviceCode,
      quotaCode,
      value: ACCOUNT_CONCURRENCY,
    }),
    "aws:bedrock/getInferenceProfile:getInferenceProfile": ({ inferenceProfileId }) =>
      getInferenceProfile(String(inferenceProfileId), region, accountId),
    "aws:bedrockfoundation/getModel:getModel": ({ modelId }) => getFoundationModel(String(modelId), region),
  };
}

function s3PrefixList(region: string, name: unknown): object {
  if (name !== `com.amazonaws.${region}.s3`)
    throw detailed(`the prefix list ${String(name)} is not simulated`);
  const id = prefixListId(region, "s3");
  return { id, name, entries: [] };
}

/** Resources outside the program are unknown here: any VPC is described as a suitable one. */
function existingVpc(region: string, accountId: string, id: string): object {
  return {
    id,
    arn: `arn:aws:ec2:${region}:${accountId}:vpc/${id}`,
    cidrBlock: "10.0.0.0/16",
    enableDnsHostnames: true,
    enableDnsSupport: true,
  };
}

/** A bucket that nobody encrypted with a key of their own. */
function existingResource(typeName: string, identifier: string): object {
  if (typeName !== "AWS::S3::Bucket") throw detailed(`looking at ${typeName} is not simulated`);
  return { id: identifier, identifier, typeName, properties: JSON.stringify({ BucketName: identifier }) };
}

/** @param identifier The profile's id or its ARN. */
function getInferenceProfile(identifier: string, region: string, accountId: string): object {
  const arnPrefix = profileArn(region, accountId, "");
  const profileId = identifier.startsWith(arnPrefix) ? identifier.slice(arnPrefix.length) : identifier;
  const profile = findInferenceProfile(profileId, region);
  if (profile === undefined) {
    throw detailed(
      `the inference profile ${identifier} does not exist in ${region}, or the local cloud does not know its model; it knows ${knownModels}. For a start here choose a profile of one of these, with --config model=...`,
    );
  }
  const introducedAt = "2025-01-01T00:00:00Z";
  return {
    id: profileId,
    inferenceProfileId: profileId,
    inferenceProfileArn: profileArn(region, accountId, profileId),
    inferenceProfileName: profileId,
    description: `Routes requests to ${profile.modelId}.`,
    models: profile.modelRegions.map((modelRegion) => ({ modelArn: modelArn(modelRegion, profile.modelId) })),
    region,
    status: "ACTIVE",
    type: "SYSTEM_DEFINED",
    createdAt: introducedAt,
    updatedAt: introducedAt,
  };
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html */
function getFoundationModel(modelId: string, region: string): object {
  const model = findModel(modelId);
  if (model === undefined) {
    throw detailed(
      `the model ${modelId} does not exist in ${region}, or the local cloud does not know it; it knows ${knownModels}. For a start here choose one of these, or a profile of one, with --config model=...`,
    );
  }
  return {
    id: modelId,
    modelId,
    modelArn: modelArn(region, modelId),
    inferenceTypesSupporteds: [model.onDemand ? "ON_DEMAND" : "INFERENCE_PROFILE"],
    responseStreamingSupported: true,
    inputModalities: ["TEXT"],
    outputModalities: ["TEXT"],
  };
}

/** Without `details` the SDK reports an empty error. */
function detailed(details: string): Error {
  return Object.assign(new Error(details), { details });
}
