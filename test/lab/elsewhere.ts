import type { Namespace } from './namespace.js';

/** A port of a machine that stands for a port of a server there; what comes over the wire is the server's own. */
export interface Elsewhere {
  readonly port: number;
  readonly to: { readonly address: string; readonly port: number };
}

/** Makes servers of a namespace reachable on other ports as well. Gives how many connections each of these has had so far. */
export function reachElsewhere(namespace: Namespace, ports: readonly Elsewhere[]): () => ReadonlyMap<number, number> {
  const rules = ports.map(({ port, to }) => `tcp dport ${port} counter dnat ip to ${to.address}:${to.port}`);
  const chain = ['type nat hook prerouting priority dstnat;', ...rules].join('\n    ');
  namespace.run('nft', ['-f', '-'], `table ip elsewhere {\n  chain prerouting {\n    ${chain}\n  }\n}\n`);
  return () => {
    const listed = namespace.run('nft', ['list', 'table', 'ip', 'elsewhere']);
    const counts = listed.matchAll(/tcp dport (\d+) counter packets (\d+)/g);
    return new Map(Array.from(counts, ([, port, count]) => [Number(port), Number(count)]));
  };
}
