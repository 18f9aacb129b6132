/** One process behind a target group. */
export interface Target {
  /** Loopback address and port it really listens on. */
  readonly host: string;
  readonly port: number;
  /** The security groups of its network interface. */
  readonly securityGroupIds: readonly string[];
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export type TargetHealth = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

/** A target as the load balancer knows it. */
export interface RegisteredTarget {
  readonly health: TargetHealth;
  /** Called on every change of health, until the target is unused. */
  onHealthChange(listener: (health: TargetHealth) => void): void;
  /** No new requests; resolves when none is open any more, or the deregistration delay is over. */
  deregister(): Promise<void>;
}

/** Target groups, as services register tasks in them. */
export interface TargetRegistry {
  /** @throws Error when no load balancer forwards to the target group. */
  register(targetGroupArn: string, target: Target): RegisteredTarget;
}
