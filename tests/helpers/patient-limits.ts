/** Limits for tests that are not about them. Not AWS's 10 s: a hundred functions that start at once on two cores take longer. */
export const patientLimits = { lambdaInitMilliseconds: 60_000 } as const;
