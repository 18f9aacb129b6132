/**
 * The times on which gateway, load balancer, service and container have to agree. Each is longer or shorter than its
 * neighbour for a reason; a test holds the order.
 */
export const chatServiceTimes = {
  /** The load balancer's idle timeout: above API Gateway's own 310 s, so that it is never the one that cuts. */
  loadBalancerIdleSeconds: 330,
  /** How long the container keeps an idle connection: above the load balancer's, which would otherwise answer 502. */
  keepAliveSeconds: 340,
  /** How long a target that is being replaced may finish what it has begun: API Gateway's longest stream and a reserve. */
  deregistrationDelaySeconds: 930,
  /** From SIGTERM to SIGKILL; Fargate's longest. */
  stopTimeoutSeconds: 120,
  /** How long after SIGTERM new requests are still taken: the load balancer may not know yet. */
  acceptAfterSigtermSeconds: 10,
  /** How long after SIGTERM streams may go on; the rest of `stopTimeoutSeconds` is for their last event. */
  finishAfterSigtermSeconds: 110,
} as const;
