import { expect } from "chai";

import { ProtocolError, type ProtocolErrorCode } from "#protocol/errors.ts";

/**
 * Expects that something is refused, and for which reason.
 *
 * @param attempt - What must not succeed.
 * @param code - The broken rule.
 */
export function expectRefusal(attempt: () => unknown, code: ProtocolErrorCode): void {
  let outcome: unknown = "nothing";
  try {
    attempt();
  } catch (error) {
    outcome = error;
  }
  expect(outcome, `expected ${code}`).to.be.instanceOf(ProtocolError);
  expect(outcome).to.have.property("code", code);
  expect(outcome).to.have.property("message").that.is.a("string").and.is.not.empty;
}
