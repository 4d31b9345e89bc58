/** An ES module with named exports and a sibling. */
import { same } from './sibling.mjs';

export async function start({ input }) {
  return same(input[0]);
}
