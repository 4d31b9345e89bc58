/** Imported by esm.mjs. */
export const same = (value) => value;
