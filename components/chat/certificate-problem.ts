/** A certificate, and the name it has to be good for. */
export interface WantedCertificate {
  /** ARN of the ACM certificate. */
  readonly arn: string;
  /** The name that API Gateway checks it against. */
  readonly domain: string;
}

/** Result of looking a certificate up in ACM. */
export interface FoundCertificate {
  /** `ISSUED` when it can be used. Source: https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html */
  readonly status: string;
  /** The names it is for; a wildcard stands for one label. */
  readonly names: readonly string[];
}

/** @returns Why a load balancer of this Region cannot have the certificate; `undefined` when it can. */
export function certificateRegionProblem(
  { arn }: Pick<WantedCertificate, "arn">,
  region: string,
): string | undefined {
  const certificateRegion = arn.split(":")[3];
  if (certificateRegion === region) return undefined;
  return `certificate ${arn} is in ${certificateRegion}; allowed: one in ${region}, where the load balancer is`;
}

/** @returns Why the hop to the load balancer would fail with the certificate; `undefined` when it would not. */
export function certificateProblem(
  { arn, domain }: WantedCertificate,
  { status, names }: FoundCertificate,
): string | undefined {
  if (status !== "ISSUED") {
    return `certificate ${arn} is ${status}; allowed: one that is ISSUED; validate or renew it in ACM first`;
  }
  if (names.some((name) => covers(name.toLowerCase(), domain))) return undefined;
  return `certificate ${arn} is for ${names.join(", ")}; allowed: one for ${domain}, or another certificate domain`;
}

/** Source: https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html */
function covers(name: string, domain: string): boolean {
  if (!name.startsWith("*.")) return name === domain;
  return domain.slice(domain.indexOf(".")) === name.slice(1);
}
