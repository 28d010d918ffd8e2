import type { BoundTo, Listener } from '../model/listener.js';
import { shorten, terminalSafe } from '../model/printable.js';
import { familiesOf } from './families.js';
import type { Clue, Socket } from './reading.js';

/**
 * Makes one listener of all rows that may show the same one: bound alike, with the same port, and with families that can
 * both hold. So a process that only lsof shows is joined with the families that only ss tells, and a listing given twice counts once.
 * Nothing is lost by it: a family that one row leaves possible stays possible. In order of their first rows.
 */
export function mergeSockets(sockets: readonly Socket[], clues: ReadonlySet<Clue>): readonly Listener[] {
  const groups = new Map<string, Listener[]>();
  const order: Listener[][] = [];
  for (const socket of sockets) {
    const listener = listenerOf(socket, clues);
    const key = `${keyOf(listener.bound)} ${listener.port}`;
    const group = groups.get(key);
    if (group === undefined) {
      const first = [listener];
      groups.set(key, first);
      order.push(first);
    } else {
      addTo(group, listener);
    }
  }
  return order.flatMap(joinDoubtful).sort((a, b) => a.line - b.line);
}

function listenerOf(socket: Socket, clues: ReadonlySet<Clue>): Listener {
  const { bound, port, line, process, pid, user, container } = socket;
  const safe = (text: string) => shorten(terminalSafe(text), 64);
  return {
    bound,
    ...familiesOf(socket, clues),
    port,
    ...(process === undefined || process === '' ? {} : { process: safe(process) }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined || user === '' ? {} : { user: safe(user) }),
    ...(container === undefined ? {} : { container: { name: safe(container.name), port: container.port } }),
    line,
  };
}

function keyOf(bound: BoundTo): string {
  switch (bound.kind) {
    case 'address':
      return `address ${bound.address.text} ${bound.interface ?? ''}`;
    case 'interface':
      return `interface ${bound.interface}`;
    case 'name':
      return `name ${bound.name} ${bound.truncated}`;
    default:
      return bound.kind;
  }
}

/** Adds a row to the readings of its endpoint, of which there are as many as there are ways to tell families. */
function addTo(group: Listener[], listener: Listener): void {
  const same = group.findIndex((other) => readingKey(other) === readingKey(listener));
  const other = group[same];
  if (other === undefined) group.push(listener);
  else group[same] = join(other, listener);
}

function readingKey({ families, maybeFamilies }: Listener): string {
  return `${families.join()}?${maybeFamilies.join()}`;
}

/**
 * Joins the readings of one endpoint that leave a family open with the ones that do not, or less: once all rows are known, and from the
 * clearest on, so that their order does not matter.
 */
function joinDoubtful(group: readonly Listener[]): readonly Listener[] {
  const byDoubt = [...group].sort(
    (a, b) => a.maybeFamilies.length - b.maybeFamilies.length || b.families.length - a.families.length,
  );
  const joined: Listener[] = [];
  for (const listener of byDoubt) {
    const same = joined.findIndex((other) => areCompatible(other, listener));
    const other = joined[same];
    if (other === undefined) joined.push(listener);
    else joined[same] = join(other, listener, sureIn(joined));
  }
  return joined;
}

function possible({ families, maybeFamilies }: Listener): readonly number[] {
  return [...families, ...maybeFamilies];
}

/** The families on which one of these surely accepts. */
function sureIn(listeners: readonly Listener[]): readonly number[] {
  return listeners.flatMap(({ families }) => families);
}

/** Whether both may show one socket: what one is sure of, the other holds possible. */
function areCompatible(a: Listener, b: Listener): boolean {
  const [inA, inB] = [possible(a), possible(b)];
  return a.families.every((family) => inB.includes(family)) && b.families.every((family) => inA.includes(family));
}

/** `told`: families that need not be left open in this one, since another listener of the endpoint is known to have them. */
function join(a: Listener, b: Listener, told: readonly number[] = []): Listener {
  const [first, second] = a.line <= b.line ? [a, b] : [b, a];
  const families = ([4, 6] as const).filter((family) => a.families.includes(family) || b.families.includes(family));
  const maybeFamilies = ([4, 6] as const).filter(
    (family) =>
      !families.includes(family) &&
      !told.includes(family) &&
      (possible(a).includes(family) || possible(b).includes(family)),
  );
  const [known, other] = first.pid !== undefined || second.pid === undefined ? [first, second] : [second, first];
  // A pid of one row and a name of another may be two processes.
  const more = other.pid === undefined || other.pid === known.pid ? other : undefined;
  const { process = more?.process, pid, user = more?.user } = known;
  const container = first.container ?? second.container;
  return {
    bound: first.bound,
    families,
    maybeFamilies,
    port: first.port,
    ...(process === undefined ? {} : { process }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
    ...(container === undefined ? {} : { container }),
    line: first.line,
  };
}
