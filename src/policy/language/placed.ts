import type { Cursor } from './cursor.js';
import type { PolicyException, ServiceRule, Settings } from '../policy.js';

/** Something read, with the place to complain about it. */
export interface Placed<T> {
  readonly cursor: Cursor;
  readonly value: T;
}

/** Settings, each rule and exception with its place. */
export interface PlacedSettings extends Omit<Settings, 'services' | 'exceptions'> {
  readonly services: readonly Placed<ServiceRule>[];
  readonly exceptions: readonly Placed<PolicyException>[];
}
