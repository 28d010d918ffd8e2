import { readHost } from '../endpoint.js';
import { maxListeners, tooManyListeners, type RowReader, type Socket } from '../reading.js';

const format = 'docker-ps';

/**
 * A row of `docker ps` or `podman ps` with published ports: `0.0.0.0:5432->5432/tcp, [::]:5432->5432/tcp`. The container's name is the last
 * word where something follows the ports (the table), else the first one (`--format` with names before ports, `compose ps`). Ports that are
 * not published (`3306/tcp`) are reached from the host's own networks only, and are no listeners of the host.
 * Source: Docker's reference of `docker container ls`, podman-ps(1).
 */
export const readDockerRow: RowReader = (lines, at) => {
  const line = lines[at];
  if (line === undefined || !line.text.includes('->') || !/\/(?:tcp|udp|sctp)\b/.test(line.text)) return undefined;
  const parts = line.tokens.map((token) => token.replace(/,$/, '')).flatMap((token) => token.split(','));
  const isPort = (part: string) => part.includes('->') || /^\d[\d-]*\/(?:tcp|udp|sctp)$/.test(part);
  const last = parts.findLastIndex(isPort);
  const isTable = last < parts.length - 1 && parts.at(-1)?.includes(':') === false;
  const name = isTable ? parts.at(-1) : parts.find((part) => !isPort(part));
  const sockets: Socket[] = [];
  let unread: string | undefined;
  for (const part of parts.filter((part) => part.includes('->'))) {
    const published = readPublished(part);
    if (published === undefined) unread = 'its published ports cannot be read whole';
    for (const { inner, ...socket } of published ?? []) {
      sockets.push({ ...socket, line: line.number, ...containerOf(name, inner) });
    }
    if (sockets.length > maxListeners) throw tooManyListeners();
  }
  if (line.isCut && last === parts.length - 1) unread ??= cutPort(parts[last] ?? '');
  if (line.isCut && last < parts.length - 1 && !isTable) unread = 'the text ends within it';
  return { format, sockets, ...(unread === undefined ? {} : { unread }) };
};

function cutPort(part: string): string | undefined {
  return /\/(?:tcp|udp|sctp)$/.test(part) ? undefined : 'the text ends within it';
}

function containerOf(name: string | undefined, port: number): Pick<Socket, 'container'> {
  return name === undefined ? {} : { container: { name, port } };
}

interface Published extends Omit<Socket, 'line'> {
  /** The port inside the container. */
  readonly inner: number;
}

/** Reads `0.0.0.0:8000-8010->8000-8010/tcp`: a listener for each port, none for UDP and SCTP, undefined where it is of another form. */
function readPublished(part: string): readonly Published[] | undefined {
  const arrow = part.indexOf('->');
  const inside = /^(\d{1,5}(?:-\d{1,5})?)\/(tcp|udp|sctp)$/.exec(part.slice(arrow + 2));
  const colon = part.lastIndexOf(':', arrow);
  const host = colon < 0 ? readHost('*') : readHost(part.slice(0, colon));
  const outer = rangeOf(part.slice(colon + 1, arrow));
  const inner = rangeOf(inside?.[1] ?? '');
  if (host === undefined || outer === undefined || inner === undefined) return undefined;
  if (outer.last - outer.first !== inner.last - inner.first) return undefined;
  if (inside?.[2] !== 'tcp') return [];
  return Array.from({ length: outer.last - outer.first + 1 }, (_, index) => ({
    ...host,
    port: outer.first + index,
    inner: inner.first + index,
    // The IPv4 side of a port that is published on both families is listed apart.
    word: host.family === 6 ? ('ipv6-only' as const) : ('either' as const),
  }));
}

function rangeOf(text: string): { first: number; last: number } | undefined {
  const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const [first, last] = [Number(range?.[1] ?? 0), Number(range?.[2] ?? range?.[1] ?? 0)];
  return first >= 1 && first <= last && last <= 65535 ? { first, last } : undefined;
}
