/**
 * How API Gateway tells the container what kind of route a request came by: a header that it sets itself, so that a path which
 * reads differently on the way leads from no public route to a protected one.
 */
export const routeAccess = {
  header: "X-Streamgate-Access",
  /** The route asks for no credentials. */
  public: "public",
  /** The route asks for what the API's `auth` says. */
  protected: "protected",
} as const;
