/**
 * What strerror(3) says, by code: raw-socket throws the words alone. glibc's, and musl's where they differ.
 */
const codes: ReadonlyMap<string, string> = new Map([
  ['Operation not permitted', 'EPERM'],
  ['Permission denied', 'EACCES'],
  ['Resource temporarily unavailable', 'EAGAIN'],
  ['Bad file descriptor', 'EBADF'],
  ['Invalid argument', 'EINVAL'],
  ['Message too long', 'EMSGSIZE'],
  ['Message too large', 'EMSGSIZE'],
  ['Too many open files', 'EMFILE'],
  ['No file descriptors available', 'EMFILE'],
  ['Too many open files in system', 'ENFILE'],
  ['Cannot allocate memory', 'ENOMEM'],
  ['Out of memory', 'ENOMEM'],
  ['No buffer space available', 'ENOBUFS'],
  ['No such device', 'ENODEV'],
  ['No such device or address', 'ENXIO'],
  ['Address family not supported by protocol', 'EAFNOSUPPORT'],
  ['Protocol not supported', 'EPROTONOSUPPORT'],
  ['Cannot assign requested address', 'EADDRNOTAVAIL'],
  ['Address not available', 'EADDRNOTAVAIL'],
  ['Network is down', 'ENETDOWN'],
  ['Network is unreachable', 'ENETUNREACH'],
  ['Network unreachable', 'ENETUNREACH'],
  ['No route to host', 'EHOSTUNREACH'],
  ['Host is unreachable', 'EHOSTUNREACH'],
]);

/** `EPERM` for "Operation not permitted"; `UNKNOWN` where the words are not known. */
export function codeOfMessage(message: string): string {
  return codes.get(message) ?? 'UNKNOWN';
}
