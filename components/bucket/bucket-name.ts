import { isIPv4 } from "node:net";
import type { ArgumentRule } from "../argument-rule.ts";

const form = /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const reserved = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** Which bucket is served. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketNameRule: ArgumentRule<string> = {
  allowed:
    "empty, or the name of an existing bucket (3 to 63 of a-z, 0-9, - and single dots, a letter or digit at each end and beside a dot, " +
    "no IP address, and none of the beginnings and ends that S3 keeps for itself)",
  accepts: (name) => name === "" || (form.test(name) && !reserved.test(name) && !isIPv4(name)),
};
