/**
 * How much a port number looks as if it was made from a service's usual one, in digits that both have; 0 where it does not. People who
 * move a service put digits in front of its number or after it (13389, 33890, 10389), fill up with zeros (10053), or, least of all, take
 * one of the next (3390).
 */
export function likeness(port: number, usual: number): number {
  const [text, known] = [String(port), String(usual)];
  if (text === known) return known.length;
  if (known.length >= 3 && (text.endsWith(known) || text.startsWith(known))) return known.length;
  if (known.length >= 2 && text.endsWith(`0${known}`)) return known.length;
  return known.length >= 4 && port > usual && port - usual < 10 ? 1 : 0;
}

/** From here on it is likelier the service than any other. */
export const strongLikeness = 4;

/** The most that the port looks like any of these. */
export function likenessToAny(port: number, usual: readonly number[]): number {
  return Math.max(0, ...usual.map((each) => likeness(port, each)));
}
