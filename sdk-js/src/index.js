/**
 * What authors of algorithms may import.
 */
export * from './errors.js';
