import { ExposcanError } from '../model/errors.js';
import { canonicalServiceName, portsOfService, serviceNames } from '../model/known-ports.js';
import { didYouMean } from '../model/nearest.js';
import { printableText, shorten } from '../model/printable.js';
import {
  expectedExposures,
  type Expectation,
  type ExpectedExposure,
  type Keep,
  type Subject,
} from '../model/verification.js';
import { isOpenExposure, subjectText } from './subject.js';

const example = "'mysql: public -> local-only'";
/** More are no change window but a policy. */
const mostSubjects = 200;

/** A piece of a flag's value, and where it stands in there, counted from 0. */
interface Piece {
  readonly flag: '--expect' | '--keep';
  readonly whole: string;
  readonly text: string;
  readonly at: number;
}

/**
 * Reads expected transitions, `SERVICE|PORT[/tcp]: FROM -> TO`, several of them apart by commas; `→` is an arrow as well.
 *
 * A transition must be one that can be seen from outside: to or from `public`, for the others look the same there. Throws
 * `ERR_EXPECTATION` with the column.
 */
export function parseExpectations(texts: readonly string[]): Expectation[] {
  const pieces = texts.flatMap((text) => piecesOf('--expect', text));
  if (pieces.length === 0) {
    throw new ExposcanError('ERR_EXPECTATION', `Nothing is expected of the change: give --expect ${example}.`);
  }
  return pieces.map(readExpectation);
}

/** Reads what must stay as it is: services and ports, several apart by commas. Throws `ERR_EXPECTATION`. */
export function parseKeeps(texts: readonly string[]): Keep[] {
  return texts
    .flatMap((text) => piecesOf('--keep', text))
    .map((piece) => ({ text: piece.text, ...readSubject(piece, piece.text, 0) }));
}

/** No two may speak of one thing. Throws `ERR_EXPECTATION`. */
export function checkSubjects(expectations: readonly Expectation[], keeps: readonly Keep[]): void {
  const said = new Map<string, string>();
  const all = [
    ...expectations.map((each) => ({ ...each, flag: '--expect' })),
    ...keeps.map((each) => ({ ...each, flag: '--keep' })),
  ];
  if (all.length > mostSubjects) {
    throw new ExposcanError(
      'ERR_EXPECTATION',
      `${all.length} expectations are more than ${mostSubjects}. Judge so many by a policy: exposcan check --policy FILE.`,
    );
  }
  for (const { flag, text, service, port } of all) {
    const key = subjectText({ service, port });
    const shown = `${flag} "${shown60(text)}"`;
    const other = said.get(key);
    if (other !== undefined) {
      throw new ExposcanError('ERR_EXPECTATION', `${other} and ${shown} both speak of ${key}: say it once.`);
    }
    said.set(key, shown);
  }
}

function piecesOf(flag: Piece['flag'], whole: string): Piece[] {
  let start = 0;
  return whole.split(',').map((part) => {
    const at = start + (part.length - part.trimStart().length);
    start += part.length + 1;
    const text = part.trim();
    const piece = { flag, whole, text, at };
    if (text === '')
      fail(
        piece,
        0,
        flag === '--expect' ? `expected a transition like ${example}` : 'expected a service or a port, like https',
      );
    return piece;
  });
}

function readExpectation(piece: Piece): Expectation {
  const { text } = piece;
  const colon = text.indexOf(':');
  if (colon < 0) fail(piece, text.length, `expected a colon after the service or port, like ${example}`);
  const subject = readSubject(piece, text.slice(0, colon).trimEnd(), 0);
  const arrow = /->|→/.exec(text);
  const [fromAt, fromText] = wordAfter(text, colon + 1, arrow?.index);
  if (arrow === null) {
    const [word = ''] = fromText.split(/\s/);
    if (word !== '') readExposure(piece, word, fromAt);
    const [at, found] = wordAfter(text, fromAt + word.length);
    const instead = found === '' ? '' : `, found "${shown60(found)}"`;
    fail(piece, at, `expected an arrow, ->, and what it is to be afterwards${instead}`);
  }
  const from = readExposure(piece, fromText, fromAt);
  const [toAt, toText] = wordAfter(text, arrow.index + arrow[0].length);
  const to = readExposure(piece, toText, toAt);
  if (isOpenExposure(from) === isOpenExposure(to)) fail(piece, fromAt, unseen(subject, from, to));
  return { text, ...subject, from, to };
}

/** The text between two places, without the white space about it, and where it begins. */
function wordAfter(text: string, start: number, end = text.length): [number, string] {
  const part = text.slice(start, end);
  return [start + (part.length - part.trimStart().length), part.trim()];
}

function readExposure(piece: Piece, word: string, at: number): ExpectedExposure {
  const known = expectedExposures.find((exposure) => exposure === word.toLowerCase());
  if (known !== undefined) return known;
  const found = word === '' ? '' : `, found "${shown60(word)}"`;
  return fail(
    piece,
    at,
    `expected one of ${expectedExposures.join(', ')}${found}.${didYouMean(word, expectedExposures)}`.replace(/\.$/, ''),
  );
}

function readSubject(piece: Piece, word: string, at: number): Subject {
  if (word === '') return fail(piece, at, 'expected a service or a port before the colon');
  const [, digits, protocol = 'tcp'] = /^(\d+)(?:\/([a-z]+))?$/i.exec(word) ?? [];
  if (digits !== undefined) {
    if (protocol.toLowerCase() !== 'tcp') return fail(piece, at, `only TCP is looked at, not ${shown60(protocol)}`);
    const port = Number(digits);
    if (port >= 1 && port <= 65535) return { port };
    return fail(piece, at, `TCP ports run from 1 to 65535, found ${shown60(digits)}`);
  }
  if (portsOfService(word).length > 0) return { service: canonicalServiceName(word) };
  const advice = didYouMean(word, serviceNames());
  const hint = advice === '' ? ' Name its port instead: 8080.' : advice;
  return fail(
    piece,
    at,
    `"${shown60(word)}" is neither a port nor a service that is known here.${hint}`.replace(/\.$/, ''),
  );
}

function unseen(subject: Subject, from: ExpectedExposure, to: ExpectedExposure): string {
  const name = subjectText(subject);
  if (from === to) return `${name} is expected to stay ${from}. Say that with --keep, or in a policy`;
  return (
    `seen from outside, ${from} and ${to} look the same: not open. This change cannot be proved from there; ` +
    'compare what the host itself says: exposcan reconcile'
  );
}

function fail({ flag, whole, at: start }: Piece, at: number, what: string): never {
  throw new ExposcanError(
    'ERR_EXPECTATION',
    `${flag} "${shortened(whole)}", column ${start + at + 1}: ${what}${what.endsWith('?') ? '' : '.'}`,
  );
}

function shown60(text: string): string {
  return shorten(printableText(text), 60);
}

function shortened(text: string): string {
  return shorten(printableText(text), 120);
}
