/** A policy document of these statements, which allow where they do not say otherwise. */
export function policy(...statements: object[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
