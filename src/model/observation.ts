/** The states of nmap and of its manual: something accepted, something said no, or silence or a firewall's no. */
export const states = ['open', 'closed', 'filtered'] as const;
export type State = (typeof states)[number];

/** The evidence for a state. `syn-ack`, `reset` and `port-unreachable` are seen on the wire, so by SYN only; connect knows the other two. */
export const reasons = [
  'syn-ack',
  'conn-accepted',
  'reset',
  'conn-refused',
  'no-response',
  'host-unreachable',
  'net-unreachable',
  'host-down',
  'port-unreachable',
  'admin-prohibited',
] as const;
export type Reason = (typeof reasons)[number];

/** How discovery asks: by the kernel's connect(2), or by SYN packets of its own. */
export const methods = ['connect', 'syn'] as const;
export type Method = (typeof methods)[number];

/** What answers on an endpoint, as far as it could be named. */
export interface Service {
  /** IANA's service name, lower case; `https`, `smtps`, … for a service inside TLS from the first byte; `unknown` where neither the wire nor the port number tells. */
  readonly name: string;
  readonly product?: string;
  readonly version?: string;
  /** Whatever else the service says of itself that an administrator can use: a protocol version, a refusal, a title. */
  readonly extraInfo?: string;
  readonly hostname?: string;
  /** The service speaks inside TLS, from the first byte. */
  readonly tunnel?: 'tls';
  /** CPE 2.3 names; only where the bytes prove the product. */
  readonly cpe?: readonly string[];
  /** `probed`: read off the wire. `table`: guessed from the port number; never enough to satisfy a rule about a product. */
  readonly method: 'probed' | 'table';
}

/** The certificate that a server showed. It is reported, not trusted. Times are ISO 8601. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly sans: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  /** It is signed with its own key. */
  readonly selfSigned: boolean;
  readonly fingerprint256: string;
  /** `rsa`, `ec`, `ed25519`, …, as OpenSSL names them, and its size in bits where it has one. */
  readonly key?: { readonly type: string; readonly bits?: number };
  /** `sha256WithRSAEncryption`, or the OID where it has no name here. */
  readonly signatureAlgorithm?: string;
  /** Whether it is for the target (RFC 9525); absent where the target is an address that it does not name. */
  readonly target?: { readonly name: string; readonly matches: boolean };
}

/** A certificate that the server sent to lead from its own to a root, in the order in which they came. */
export interface ChainLink {
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
}

/** What TLS handshakes showed. */
export interface TlsFacts {
  /** What was negotiated with a client that offers all. */
  readonly version: string;
  readonly alpn?: string;
  /** TLS was not there from the first byte: the service upgraded to it when asked (STARTTLS). */
  readonly startTls?: true;
  readonly certificate?: CertificateFacts;
  /** What came beside the server's own certificate. */
  readonly chain?: readonly ChainLink[];
  /** Versions that it was seen to take, and those that it said no to; what is in neither is not known. */
  readonly versions?: { readonly accepted: readonly string[]; readonly refused: readonly string[] };
  /** What it picked out of which offer of protocols (RFC 7301); `chosen` is absent where it picked none. */
  readonly alpnChoices?: readonly { readonly offered: readonly string[]; readonly chosen?: string }[];
}

/**
 * Whether a service that speaks in the clear would go on inside TLS when asked, where it was not brought to: `offered` and `refused` are its
 * own words, `unknown` is that it was not asked, or that nothing clear came back.
 */
export const tlsUpgrades = ['offered', 'refused', 'unknown'] as const;
export type TlsUpgrade = (typeof tlsUpgrades)[number];

/** What an open endpoint said. */
export interface Identification {
  readonly service: Service;
  /** The raw bytes the service sent, bounded; absent where it sent none. */
  readonly banner?: { readonly bytes: Uint8Array; readonly truncated: boolean };
  readonly tls?: TlsFacts;
  /** Absent where TLS was seen, and where the protocol knows of no upgrade. */
  readonly tlsUpgrade?: TlsUpgrade;
  /** What stood in the way of a better answer, in words: `the peer reset the connection after accepting it`. */
  readonly trouble?: string;
}
