import { ExposcanError } from '../model/errors.js';
import { portsOfService, serviceNames } from '../model/known-ports.js';
import { didYouMean } from '../model/nearest.js';
import { parseRange } from '../model/ports.js';
import { printableText, shorten } from '../model/printable.js';

/** A port, or the usual ports of a service. Throws `ERR_BAD_PORTS`. */
export function portsOf(text: string): readonly number[] {
  const range = parseRange(text.trim());
  if (range !== undefined && range.first === range.last) return [range.first];
  const usual = portsOfService(text.trim());
  if (usual.length > 0) return usual;
  const expected = 'expected one port, like 3306, or the name of a service, like mysql.';
  const advice = range === undefined ? didYouMean(text, serviceNames()) : '';
  throw new ExposcanError('ERR_BAD_PORTS', `"${shorten(printableText(text), 80)}": ${expected}${advice}`);
}

/** A port, or the usual port of a service that has one alone. Throws `ERR_BAD_PORTS`. */
export function onePortOf(text: string): number {
  const [port, ...more] = portsOf(text);
  if (port !== undefined && more.length === 0) return port;
  const ports = [port, ...more].filter((each) => each !== undefined).join(', ');
  throw new ExposcanError(
    'ERR_BAD_PORTS',
    `${shorten(printableText(text), 80)} has several usual ports (${ports}): name one of them.`,
  );
}
