import { ExposcanError, messageOf, systemCode } from '../../model/errors.js';
import { printableText } from '../../model/printable.js';

/** An `ERR_EVIDENCE` that says what stood in the way: words, or what the system said. */
export function evidenceError(
  doing: 'read' | 'write to' | 'pack',
  file: string,
  why: unknown,
  position: { readonly line?: number } = {},
): ExposcanError {
  if (why instanceof ExposcanError) return why;
  const reason = typeof why === 'string' ? why : (advice[systemCode(why) ?? ''] ?? messageOf(why));
  const where = position.line === undefined ? printableText(file) : `${printableText(file)}:${position.line}`;
  return new ExposcanError('ERR_EVIDENCE', `Cannot ${doing} the evidence log ${where}: ${reason}.`, {
    cause: typeof why === 'string' ? undefined : why,
    position: { file, ...position },
  });
}

const full = 'The log is as it was before; make room and try again';

const advice: Readonly<Record<string, string>> = {
  ENOSPC: `the disk is full. ${full}`,
  EDQUOT: `the quota of this user is used up. ${full}`,
  EFBIG: `it would become larger than this process or file system allows. ${full}`,
  ELOOP: 'it is a symbolic link. Put a file in its place, or name another history',
  EACCES: 'permission denied. Give yourself the right to it and to its directory',
  EPERM: 'the system does not permit it. Look at the owner and the attributes of the file (lsattr)',
  EROFS: 'its file system may only be read',
  ENXIO: 'it is not a regular file',
};
