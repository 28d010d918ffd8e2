/**
 * The closed set of error codes. Every error a user, a snapshot or a caller of the library can meet bears one of them.
 *
 * `usage` codes mean that what was asked could not be understood (exit 2).
 * `observer` codes say why an endpoint is `unknown`: something failed on this side of the wire, or nothing was proved.
 * They never become `closed` or `filtered`.
 */
export const usageCodes = [
  'ERR_USAGE',
  'ERR_BAD_TARGET',
  'ERR_BAD_PORTS',
  'ERR_NO_TARGETS',
  'ERR_TOO_MANY_ADDRESSES',
  'ERR_FILE',
  'ERR_POLICY_SYNTAX',
  'ERR_POLICY_INVALID',
  'ERR_SNAPSHOT_INVALID',
  'ERR_LISTING_INVALID',
  'ERR_REPORT_KIND',
  /** The history could not be opened, read or written: damaged, of another program, disk full, forbidden. The old data are whole. */
  'ERR_HISTORY',
  /** Another process holds the history, and went on holding it. */
  'ERR_HISTORY_BUSY',
  /** What was asked of the history is not in it: no scan of that host, none that old. */
  'ERR_NOT_IN_HISTORY',
  /** The evidence log could not be read or written. That it is broken is an answer, not an error. */
  'ERR_EVIDENCE',
  /** An expected transition that cannot be understood, or that names no service. */
  'ERR_EXPECTATION',
  /** A schedule, time zone or duration that cannot be understood, or that never comes. */
  'ERR_SCHEDULE',
  /** A file of notifiers that cannot be understood, or a secret that is missing. */
  'ERR_NOTIFIERS',
] as const;

export const observerCodes = [
  /** The resolver says that the name does not exist, or has no address of any kind. */
  'ERR_NAME_NOT_FOUND',
  /** The name could not be looked up: no resolver, a time-out, SERVFAIL. Says nothing about the name. */
  'ERR_LOOKUP_FAILED',
  /** The user narrowed the scan to the other family. */
  'ERR_FAMILY_NOT_SCANNED',
  /** The user excluded addresses of a name, or all that a target has. Ports are never excluded. */
  'ERR_EXCLUDED',
  /** This machine has no route there, or no such address family at all. */
  'ERR_NO_ROUTE',
  /** This machine refused to send for another reason of its own (a local rule, an invalid source address). */
  'ERR_LOCAL',
  /** The address is on this link, and no neighbour answers for it. */
  'ERR_NO_NEIGHBOUR',
  /** Nothing was ever heard from the address: down, mistyped, cut off from here, or dropping everything. */
  'ERR_NEVER_ANSWERED',
  /** The address answered at first and had gone silent by the end, so its silence in between proves nothing. */
  'ERR_CANARY_LOST',
  /** Answers got lost to the very end, however slowly the scan went: silence proves nothing on such a path. */
  'ERR_LOSSY',
  /** A control endpoint with this port number could not be reached: this vantage may be cut off from the port. */
  'ERR_CONTROL_FAILED',
  /** The port was refused sooner than a round trip to the host takes: by something nearer, which spoke in the host's name. */
  'ERR_NOT_FROM_HOST',
  /** File descriptors, ephemeral ports or buffers ran out here, however much the scan slowed down. */
  'ERR_RESOURCES',
  /** The kernel connected the probe to itself; nothing was learnt about the port. */
  'ERR_SELF_CONNECT',
  /** Every port accepts, also those that nothing listens on: something answers in the host's place. */
  'ERR_ACCEPTS_EVERYTHING',
  /** The scan was stopped before this endpoint was decided. */
  'ERR_CANCELLED',
] as const;

export type UsageCode = (typeof usageCodes)[number];
export type ObserverCode = (typeof observerCodes)[number];
export type ErrorCode = UsageCode | ObserverCode;

/** Where in a file an error stands; line and column count from 1. */
export interface FilePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** `policies/x.yaml:3:14`, as editors and compilers print it. */
export function formatPosition(position: FilePosition): string {
  return [position.file, position.line, position.column].filter((part) => part !== undefined).join(':');
}

/**
 * The one error class. `message` says what was expected, what came, where, and what to do next;
 * `code` is for programs.
 */
export class ExposcanError extends Error {
  override readonly name = 'ExposcanError';
  readonly code: ErrorCode;
  readonly position?: FilePosition;
  /** The message in lines, where it is a list. The lines hold no line feeds of a file's or a user's making. */
  readonly lines: readonly string[];

  constructor(
    code: ErrorCode,
    message: string | readonly string[],
    options: { cause?: unknown; position?: FilePosition } = {},
  ) {
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.join('\n'), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.lines = lines;
    if (options.position !== undefined) this.position = options.position;
  }
}

/** The system's code of a failed call (`ECONNREFUSED`, `ENOENT`), or undefined where the error has none. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
