import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A name that the command line gives. Throws where it is blank: an unset variable of a script, most likely. */
export function notBlank(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected a name, like offsite7-from-office.');
  return text;
}
