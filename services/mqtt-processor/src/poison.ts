/** Whose fault a failed batch is: the messages' (poison) or the world's (try again). */

/** SQLSTATE classes a message can cause: data exceptions, constraints, cardinality, limits, internal errors of the server. */
const poisonStates = /^(21|22|23|54|XX)/;

/**
 * Everything that is not clearly the message's fault is waited out: a missing table or right means that a migration has
 * not run yet, and acknowledging then would lose what cameras said.
 */
export function isPoison(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) return poisonStates.test(code);
  // Our own code stumbling over a message.
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
