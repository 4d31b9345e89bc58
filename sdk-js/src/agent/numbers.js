/**
 * Makes protobuf give plain numbers for 64-bit fields: sequence numbers, totals and sizes stay below 2^53, and objects would only
 * cost. To be imported before the generated code, which looks at this once.
 */
import protobuf from 'protobufjs/minimal.js';

protobuf.util.Long = /** @type {any} */ (null);
protobuf.configure();
