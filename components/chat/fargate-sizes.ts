/**
 * The memory sizes in MiB that Fargate offers, by CPU units.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export const fargateMemoryMiB: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: gibibytes(1, 4),
  1024: gibibytes(2, 8),
  2048: gibibytes(4, 16),
  4096: gibibytes(8, 30),
};

function gibibytes(least: number, most: number): number[] {
  return Array.from({ length: most - least + 1 }, (_, index) => (least + index) * 1024);
}
