import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../input-error.ts";
import { regionOf } from "../look-up.ts";
import {
  type WantedCertificate,
  certificateProblem,
  certificateRegionProblem,
} from "./certificate-problem.ts";

/**
 * The certificate, once ACM has said that it is there, issued and for the name. What a bad one would break is made from
 * this value, so that the rules and the listener of a running service stay as they are. Whoever deploys needs
 * `acm:DescribeCertificate` and `acm:ListTagsForCertificate`.
 *
 * Errors: no such certificate, one in another Region, not issued, or for other names; in a preview already.
 */
export function checkedCertificate<Certificate extends WantedCertificate>(
  certificate: Certificate,
  parent: pulumi.Resource,
): pulumi.Output<Certificate> {
  const { arn, domain } = certificate;
  const id = regionOf({ parent }).apply((region) => {
    refuse(certificateRegionProblem(certificate, region));
    return arn;
  });
  // Named by the domain, which Pulumi puts before "resource '{arn}' does not exist".
  const found = aws.acm.Certificate.get(domain, id, {}, { parent });
  return pulumi
    .all([found.status, found.domainName, found.subjectAlternativeNames])
    .apply(([status, domainName, alternativeNames]) => {
      refuse(certificateProblem(certificate, { status, names: [domainName, ...alternativeNames] }));
      return certificate;
    });
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new InputError(problem);
}
