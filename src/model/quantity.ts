/** `65,535`. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 port`, `65,535 ports`; the plural is given where it is not made with an s. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${number(value)} ${value === 1 ? singular : plural}`;
}
