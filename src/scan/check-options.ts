import { inspect } from 'node:util';
import { ExposcanError } from '../model/errors.js';
import { didYouMean } from '../model/nearest.js';
import { printableText, shorten } from '../model/printable.js';
import { methodChoices } from '../model/method-choice.js';
import type { ScanOptions } from './options.js';

/** Says what is wrong with a value, as the end of a sentence, or undefined where nothing is. */
type Check = (value: unknown) => string | undefined;

/** The longest wait for one answer that makes sense: TCP itself gives up sooner. */
const longestTimeout = 600_000;
const mostRetries = 100;

const aboveZero: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? undefined : 'expected a number above 0';

const yesOrNo: Check = (value) => (typeof value === 'boolean' ? undefined : 'expected true or false');

const callable: Check = (value) => (typeof value === 'function' ? undefined : 'expected a function');

const texts: Check = (value) =>
  Array.isArray(value) && value.every((text) => typeof text === 'string') ? undefined : 'expected an array of strings';

/** Every option and what it must be; the record is complete by its type, so an option cannot be forgotten here. */
const checks: Readonly<Record<keyof ScanOptions, Check>> = {
  targets: texts,
  ports: (value) => (Array.isArray(value) && value.length === 0 ? 'expected one port at least' : portProblem(value)),
  families: (value) => {
    const known = Array.isArray(value) && value.length > 0 && value.every((family) => family === 4 || family === 6);
    return known && new Set(value).size === value.length ? undefined : 'expected [4], [6] or [4, 6]';
  },
  exclude: texts,
  allowHuge: yesOrNo,
  controls: texts,
  vantage: (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'expected a name'),
  method: (value) =>
    methodChoices.some((choice) => choice === value) ? undefined : `expected one of ${methodChoices.join(', ')}`,
  rate: aboveZero,
  timeout: (value) =>
    aboveZero(value) ?? (Number(value) > longestTimeout ? `expected ${longestTimeout} at most` : undefined),
  retries: (value) =>
    wholeFrom(value, 0) ?? (Number(value) > mostRetries ? `expected ${mostRetries} at most` : undefined),
  concurrency: (value) => wholeFrom(value, 1),
  maxGrabs: (value) => wholeFrom(value, 1),
  known: callable,
  polite: yesOrNo,
  probeIcs: yesOrNo,
  namedPorts: portProblem,
  signal: (value) => (isSignal(value) ? undefined : 'expected an AbortSignal'),
  lookup: callable,
};

/**
 * Makes sure that a scan can be run as asked, whoever asks: JavaScript callers have no types to warn them. What targets, exclusions
 * and controls say is read later.
 *
 * Throws `ERR_USAGE`, `ERR_NO_TARGETS` where `targets` is empty, and `ERR_BAD_PORTS` for ports that do not exist.
 */
export function checkOptions(options: ScanOptions): void {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null) {
    throw new ExposcanError(
      'ERR_USAGE',
      `scan() takes an object, like { targets: ['192.0.2.7'] }, not ${show(given)}.`,
    );
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(checks, name)) continue;
    const shown = shorten(printableText(name), 60);
    throw new ExposcanError('ERR_USAGE', `scan() has no option "${shown}".${didYouMean(name, Object.keys(checks))}`);
  }
  for (const [name, check] of Object.entries(checks)) {
    const value: unknown = Reflect.get(given, name);
    // An option that is undefined is one that is not given; only targets have no default.
    if (value === undefined && name !== 'targets') continue;
    const problem = check(value);
    if (problem === undefined) continue;
    const code = name.toLowerCase().endsWith('ports') ? 'ERR_BAD_PORTS' : 'ERR_USAGE';
    throw new ExposcanError(code, `Option "${name}": ${problem}, not ${show(value)}.`);
  }
  if (options.targets.length === 0) {
    throw new ExposcanError('ERR_NO_TARGETS', 'No target was given: expected a name, an address or a block.');
  }
}

function portProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'expected an array of { first, last }';
  const entries: readonly unknown[] = value;
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null || !('first' in entry) || !('last' in entry)) {
      return 'expected an array of { first, last }';
    }
    const { first, last } = entry;
    if (!isPort(first) || !isPort(last)) return 'TCP ports are whole numbers from 1 to 65535';
    if (first > last) return `the range ${first}-${last} runs backwards`;
  }
  return undefined;
}

function wholeFrom(value: unknown, least: number): string | undefined {
  return Number.isSafeInteger(value) && Number(value) >= least ? undefined : `expected a whole number from ${least}`;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** By its shape: a signal may come from another realm, as in some test runners. */
function isSignal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'aborted' in value && 'addEventListener' in value && typeof value.addEventListener === 'function';
}

/** The value as its writer would recognize it, short and printable whatever it is. */
function show(value: unknown): string {
  const text = inspect(value, {
    depth: 2,
    maxArrayLength: 4,
    maxStringLength: 40,
    breakLength: Infinity,
    customInspect: false,
  });
  return shorten(printableText(text), 80);
}
