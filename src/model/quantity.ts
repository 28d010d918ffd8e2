/** `65,535`: a whole number. By hand, since the first question to `Intl` loads all of it, which takes ten milliseconds. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 port`, `65,535 ports`; the plural is given where it is not made with an s. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${number(value)} ${value === 1 ? singular : plural}`;
}
